/**
 * Which names of properties nobody outside the runtime knows, so that the package may have shorter ones.
 *
 * In: the sources, the declarations of the package. Out: those names, and the sources in which every other
 * property of such a name stands in quotes: esbuild renames no name in quotes. Fields without a value are gone.
 *
 *     state.text = delta.text      ->      state.text = delta["text"]      ->      s.t = d.text
 *
 * How: the compiler knows where the property is declared that a name means. It is internal if that is a member
 * of a class or of an interface in the folders of the runtime. So what stands in the table of a machine, in the
 * tools of a request, in an event, or in what a host or the language gives keeps its name.
 *
 * Note [names that are kept]
 * A name keeps itself everywhere if it is not known somewhere what it means: the key of a dictionary,
 * `{ text: inText }`, belongs to no declared type. So do the names that the language asks an object for
 * (`then`, `next`), and the members of a runtime's type that the declarations show.
 */

import ts from "typescript";

const RUNTIME =
  /\/src\/(?:(?:core|near_json|schema|steps|values)\/|tables\/(?!table\.ts$)|regex\.ts$|strings\.ts$)/;
const PARSER = /\/src\/parser\.ts$/; // its private members are internal
const ASKED_FOR =
  "configurable constructor done enumerable get message name next return set then throw toJSON toString value valueOf writable".split(
    " ",
  );

/**
 * The internal names, and the texts of the sources by their paths. `shown`: texts of the package's
 * declarations.
 */
export function internalNames(config, shown) {
  const { fileNames, options } = ts.getParsedCommandLineOfConfigFile(config, {}, ts.sys);
  const program = ts.createProgram(fileNames, options);
  const sources = program.getSourceFiles().filter((file) => !file.isDeclarationFile);
  const found = sources.flatMap((file) => appearances(file, program.getTypeChecker()));
  const kept = new Set([...ASKED_FOR, ...membersShown(sources, shown)]);
  for (const { name, isInternal } of found) if (isInternal === null) kept.add(name);
  const internal = new Set(
    found.filter((one) => one.isInternal && !kept.has(one.name)).map(({ name }) => name),
  );
  const edits = found.filter(({ name, isInternal }) => internal.has(name) && !isInternal);
  return {
    names: [...internal].sort(),
    texts: new Map(sources.map((file) => [file.fileName, quoted(file, edits)])),
  };
}

/** Where names of properties stand in a source; `isInternal`: null where that is not known. */
function appearances(file, checker) {
  const found = [];
  visit(file);
  return found;

  function visit(node) {
    const name = propertyName(node);
    if (name !== null)
      found.push({ name, isInternal: isInternal(declarationsOf(node, checker)), node, file });
    for (const name of ts.isExpression(node) ? changed(node, checker) : [])
      found.push({ name, isInternal: null });
    ts.forEachChild(node, visit);
  }
}

/** The name of a property, where one is declared, written or read here. */
function propertyName(node) {
  if (ts.isBindingElement(node)) {
    const isProperty = ts.isObjectBindingPattern(node.parent) && !node.dotDotDotToken;
    return isProperty ? textOf(node.propertyName ?? node.name) : null;
  }
  if (ts.isElementAccessExpression(node)) {
    return ts.isStringLiteral(node.argumentExpression) ? node.argumentExpression.text : null;
  }
  if (ts.isParameter(node))
    return ts.isParameterPropertyDeclaration(node, node.parent) ? textOf(node.name) : null;
  const isProperty =
    ts.isPropertyAccessExpression(node) || ts.isObjectLiteralElement(node) || ts.isClassElement(node);
  return isProperty && node.name !== undefined ? textOf(node.name) : null;
}

function textOf(name) {
  return ts.isIdentifier(name) || ts.isStringLiteral(name) ? name.text : null;
}

function declarationsOf(node, checker) {
  let symbol;
  if (ts.isBindingElement(node)) {
    symbol = checker.getTypeAtLocation(node.parent).getProperty(propertyName(node));
  } else if (ts.isObjectLiteralExpression(node.parent) && node.name !== undefined) {
    symbol = checker.getContextualType(node.parent)?.getProperty(propertyName(node));
  } else symbol = checker.getSymbolAtLocation(node.name ?? node.argumentExpression);
  return symbol?.declarations ?? [];
}

/** Names in the type of an expression that mean something inside, and outside in the type that is wanted there. */
function changed(node, checker) {
  const wanted = checker.getContextualType(node);
  const given = wanted && checker.getTypeAtLocation(node);
  if (!given || given === wanted || ts.isObjectLiteralExpression(node)) return [];
  const properties = wanted.getProperties().filter(({ name }) => given.getProperty(name) !== undefined);
  return properties.filter((one) => differ(one, given.getProperty(one.name))).map(({ name }) => name);
}

function differ(...symbols) {
  const found = symbols.map(({ declarations }) => isInternal(declarations ?? []));
  return found.includes(true) && found.includes(false);
}

/** Null where no type declares it, or one inside of the runtime and one outside. */
function isInternal(declarations) {
  if (declarations.some((one) => ts.isObjectLiteralElement(one) && ts.isObjectLiteralExpression(one.parent)))
    return null;
  const inside = declarations.filter(isInside).length;
  return inside === 0 && declarations.length > 0
    ? false
    : inside === declarations.length && inside > 0
      ? true
      : null;
}

function isInside(declaration) {
  const { fileName } = declaration.getSourceFile();
  if (!ts.isClassElement(declaration) && !ts.isTypeElement(declaration) && !ts.isParameter(declaration))
    return false;
  const isPrivate = (ts.getCombinedModifierFlags(declaration) & ts.ModifierFlags.Private) !== 0;
  return RUNTIME.test(fileName) || (PARSER.test(fileName) && isPrivate);
}

/** The members of types of the runtime that the declarations show. */
function membersShown(sources, shown) {
  const own = new Set(
    sources
      .filter((file) => RUNTIME.test(file.fileName))
      .flatMap(typesOf)
      .map(([name]) => name),
  );
  const types = shown.flatMap((text) =>
    typesOf(ts.createSourceFile("shown.d.ts", text, ts.ScriptTarget.Latest)),
  );
  return types.filter(([name]) => own.has(name)).flatMap(([, members]) => members);
}

function typesOf(file) {
  const types = file.statements.filter((one) => ts.isClassDeclaration(one) || ts.isInterfaceDeclaration(one));
  return types.map(({ name, members }) => [
    name.text,
    members.flatMap((member) => (member.name ? [textOf(member.name)] : [])),
  ]);
}

/** A source in which the names at some places stand in quotes. */
function quoted(file, edits) {
  let text = file.text;
  const own = edits.filter((edit) => edit.file === file).map(({ name, node }) => edited(name, node, file));
  for (const [begin, end, made] of [...own, ...bare(file)].sort(([one], [other]) => other - one)) {
    text = text.slice(0, begin) + made + text.slice(end);
  }
  return text;
}

/** What stands in the place of a name: from where, up to where, and what. */
function edited(name, node, file) {
  const text = JSON.stringify(name);
  if (ts.isPropertyAccessExpression(node)) {
    return [node.expression.end, node.name.end, `${node.questionDotToken ? "?." : ""}[${text}]`];
  }
  const place = node.propertyName ?? node.name ?? node.argumentExpression;
  const isShort = ts.isShorthandPropertyAssignment(node) || (ts.isBindingElement(node) && !node.propertyName);
  return [place.getStart(file), place.end, isShort ? `${text}: ${name}` : text];
}

/** Where fields are declared that the constructor sets: the declaration says nothing but its type. */
function bare(file) {
  const members = file.statements.filter(ts.isClassDeclaration).flatMap((one) => one.members);
  const fields = members.filter((one) => ts.isPropertyDeclaration(one) && one.initializer === undefined);
  return fields.map((field) => [field.getStart(file), field.end, ""]);
}
