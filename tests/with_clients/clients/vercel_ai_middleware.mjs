// vercel_ai.mjs with our middleware around its model: for a server that has no parser.

const GENERATED = new URL("../../../generated/typescript/", import.meta.url);
const { toolgramMiddleware } = await import(new URL("ai-sdk.js", GENERATED));
const formats = {};
for (const name of ["qwen3_coder", "hermes"]) {
  formats[name] = (await import(new URL(`formats/${name}.js`, GENERATED))).default;
}

globalThis.wrapper = async (load) => {
  const { wrapLanguageModel } = await load("ai");
  return (model, question) => wrapLanguageModel({ model, middleware: middlewareFor(question) });
};

function middlewareFor(question) {
  const [, name, scene] = /\[scene (\w+) (\w+)\]/.exec(question);
  const make = (inside) => toolgramMiddleware({ format: formats[name], server: "vllm", inside });
  if (scene !== "opened") return make("auto");
  // The toy model's chat template opens the reasoning in the first answer of this scene only.
  const [first, later] = [make("reasoning"), make(null)];
  const of = ({ params }) => (params.prompt.some(({ role }) => role === "tool") ? later : first);
  return {
    specificationVersion: "v4",
    transformParams: (options) => of(options).transformParams(options),
    wrapGenerate: (options) => of(options).wrapGenerate(options),
    wrapStream: (options) => of(options).wrapStream(options),
  };
}

await import("./vercel_ai.mjs");
