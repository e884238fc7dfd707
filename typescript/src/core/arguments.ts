/**
 * The arguments of one call, as the text of one JSON object.
 *
 * In: what the machine's actions say of parameters, keys and values, in order. Out: JSON text, on the
 * call's channel.
 *
 *     key `city`, value `Rome`, key `days`, value `3`     {"city": "Rome", "days": 3
 *
 * Promises: what is written is a prefix of one JSON object; the first of two parameters with one key wins
 * (docs/rules.md, rule 6), but for a list whose items come one after the other under its own name.
 */

import { escape } from "../near_json/escape.js";
import type { ToolSet } from "../schema/tools.js";
import { removeSuffix } from "../strings.js";
import type { ElementNames } from "../values/element.js";
import { ElementWriter } from "../values/elements.js";
import { TypedWriter } from "../values/typed.js";
import { WiredValue } from "../values/wired.js";
import type { Declares } from "../values/wrappers.js";
import type { Writer } from "../values/writers.js";
import { newWriter } from "../values/writers.js";
import type { Write } from "./built_containers.js";
import { BuiltContainers } from "./built_containers.js";
import type { Channel } from "./channel.js";
import { LooseMembers } from "./loose_members.js";
import type { Lead } from "./parameter.js";
import { kindOfValue, leadOf, memberLead, Parameter, schemaOfValue } from "./parameter.js";
import type { Text } from "./text.js";

const NO_TYPES: ReadonlySet<string> = /* @__PURE__ */ new Set<string>();

/** The arguments object of one call. */
export class Arguments {
  tool = ""; // the function's name, once it is known
  isEmpty = true; // nothing of the object has been written
  isCopied = false; // it is one copied object: no parameter adds to it
  isWrong = false; // what came is no object: the call is never complete
  isMended = false; // what came is no JSON, or no literal, as it stands
  isOpen = false; // the object as a whole is being read
  isActive = false; // ... and is the one that counts
  readonly keys: Set<string> = new Set(); // of the parameters that have come
  readonly loose = new LooseMembers(); // those that stand beside the name
  parameter = new Parameter();
  sawJunk = false; // text stood where the first parameter belongs that was none
  writer: Writer | null = null; // of the value being read
  isUnwrapped = false; // a parameter's object turned out to be the arguments
  readonly containers = new BuiltContainers(); // those that the format's rules build
  private mayBeAll: Declares | null = null; // that is so if the value that comes next is an object
  private wired: WiredValue | null = null; // the value that comes as JSON, held to its types
  private last = ""; // bracket of the copied object: what stands behind it may show that it was not all
  private lead: Lead | null = null; // waits for the first text of its value
  // A parameter whose list is still open: one of its name goes on with it.
  private listed: string | null = null;
  private readonly put: Write = (text) => this.write(text);

  /** `wrappers`: parameters whose object may be the arguments. */
  constructor(
    private readonly channel: Channel,
    private readonly tools: ToolSet,
    private readonly wrappers: ReadonlySet<string>,
  ) {}

  /** Characters read that are not written yet. */
  get heldChars(): number {
    const { wired, writer, loose, last } = this;
    return (wired === null ? 0 : wired.held) + (writer === null ? 0 : writer.held) + loose.held + last.length;
  }

  /** The value being read comes as JSON, from a scanner. */
  get isRaw(): boolean {
    return this.wired !== null;
  }

  /** Text of a scanner that is its own JSON goes out as it comes. */
  get isPlain(): boolean {
    const isValue = this.wired !== null && this.wired.isPlain && !this.loose.isHolding;
    return (this.isActive && !this.isWrong) || isValue;
  }

  /** Whether they were one value that has ended by itself: nothing of the parameter around it is missed. */
  get isWhole(): boolean {
    const { writer } = this;
    const isEnded = this.isUnwrapped && !this.isRaw;
    return isEnded && (writer === null || (writer instanceof TypedWriter && writer.whole));
  }

  /** Write JSON text, behind the key that waits for it; `isLast`: the value ends with it. */
  write(text: string, { isLast = false }: { isLast?: boolean } = {}): void {
    if (!text) return;
    if (this.loose.isHolding) {
      if (this.loose.write(text, this.tool)) this.settle();
      return;
    }
    const lead = this.lead;
    this.lead = null;
    if (lead !== null) text = this.behind(lead, text);
    if (this.isUnwrapped && (isLast || this.writer !== null)) {
      // the last bracket waits: it may have lost some
      text = this.last + text;
      this.last = text.endsWith("}") ? "}" : "";
      text = removeSuffix(text, "}");
    }
    this.channel.write(this.containers.isQuoted ? escape(text) : text);
  }

  /** The lead and the first text of its value; an object that turns out to be the arguments has no key. */
  private behind(lead: Lead, text: string): string {
    if (lead.endsList) this.listed = null;
    this.isEmpty = false;
    this.containers.hasItem();
    if (this.mayBeAll !== null && text.startsWith("{")) {
      this.isCopied = this.isUnwrapped = true;
      return text;
    }
    return lead.text + text;
  }

  /** Write what makes the object whole; false when it is none, or open, or only junk stands for it. */
  close(): boolean {
    if (!this.containers.isEmpty || (this.isEmpty && this.sawJunk)) return false;
    if (!this.isWrong) {
      const end = this.isCopied ? this.last : this.listed !== null ? "]}" : "}";
      this.write(this.isEmpty ? "{}" : end);
    }
    return !this.isWrong;
  }

  /** A parameter begins; its key is not known yet. */
  openParameter(): void {
    this.parameter = new Parameter({ isOpen: true });
  }

  /** It ends, and all that is open in it. */
  closeParameter(): void {
    this.endValue();
    this.missValue("");
    this.containers.closeAll(this.put);
    this.parameter.isOpen = false;
  }

  /** Whether a parameter of this name counts. */
  mayName(key: string): boolean {
    return !this.containers.isEmpty || (key !== "" && !this.keys.has(key));
  }

  /** Name the parameter, or the member of an object inside it. A second parameter of a name is dropped. */
  setKey(key: string): void {
    const { parameter, tools, tool } = this;
    this.missValue("");
    parameter.tag = key;
    if (!this.containers.isEmpty) {
      parameter.key = this.containers.takeKey(key);
      return;
    }
    this.mayBeAll = this.isWrapper(key) ? (inner) => tools.knows(tool, inner) : null;
    const isSecond = this.keys.has(key) && key !== this.listed;
    parameter.key = isSecond || !key ? null : key;
    this.keys.add(key);
  }

  /** Something else stands where a value, or what ends `halfKey`, belongs: they are not whole. */
  missValue(halfKey: string): void {
    const { parameter } = this;
    const waits = parameter.key !== null || (halfKey !== "" && parameter.isOpen);
    if (waits && !this.isCopied) {
      parameter.key = null;
      this.isWrong = true;
    }
  }

  /**
   * Whether an object of this key is the arguments: no other came before, and the tool has other parameters.
   */
  private isWrapper(key: string): boolean {
    if (!this.wrappers.has(key) || this.keys.size > 0 || !this.isEmpty || this.isCopied) return false;
    return !this.tools.open(this.tool) && !this.tools.knows(this.tool, key);
  }

  /** What stands before the next value; null when the value is not to be written. It uses the key up. */
  private takeLead(): Lead | null {
    if (this.writer !== null || this.isRaw) return null;
    const { key } = this.parameter;
    this.parameter.key = null;
    if (!this.containers.isEmpty) {
      const inner = this.containers.lead(key);
      return inner === null ? null : leadOf(inner);
    }
    if (this.isActive) return this.isEmpty ? leadOf("") : null;
    if (this.isCopied || key === null) return null;
    return memberLead(key, this.listed, { isFirst: this.isEmpty });
  }

  /** A member begins that may be an argument, though it stands beside the name of the call. */
  openLoose(key: string): void {
    this.openParameter();
    if (this.loose.isReleased) this.setKey(key);
    else {
      this.parameter.key = key;
      this.loose.begin(key);
    }
  }

  /** What stands beside the name counts: no arguments have come. */
  settle(): void {
    if (!this.loose.isHolding) return;
    const isWhole = this.loose.settle(this.tools, this.tool, this.keys, this.channel);
    this.isEmpty = this.keys.size === 0;
    this.isWrong ||= !isWhole;
  }

  /**
   * Choose how the text of the value becomes JSON; `scan`, `literal`: it comes as JSON, from JSON or Python.
   */
  beginValue(sink: string): void {
    const kind = kindOfValue(this.parameter, this.tools, this.tool, this.containers);
    const lead = this.loose.isHolding ? leadOf("") : this.takeLead();
    this.parameter.beginValue(sink);
    if (lead === null) return;
    this.lead = lead.text || !this.containers.isEmpty ? lead : null;
    if (sink === "scan" || sink === "literal") {
      this.wired = new WiredValue(sink === "scan" ? kind.types : NO_TYPES);
    } else this.writer = newWriter(sink, kind, this.containers.depth, this.mayBeAll);
  }

  /** The text of the value is over. */
  endValue(): void {
    const { writer, wired } = this;
    if (writer !== null) {
      this.write(writer.end());
      this.isWrong ||= writer.isLossy || this.parameter.isQuoting;
      this.isMended ||= writer.isMended;
      this.writer = null;
    }
    if (wired !== null) {
      this.write(wired.end(), { isLast: true });
      this.wired = null;
    }
    this.mayBeAll = null;
    this.lead = null;
  }

  /** A value begins that may be built of elements. */
  beginElement(names: ElementNames): ElementWriter {
    const { key, tag } = this.parameter;
    const more = key !== null && key === this.listed;
    const lead = this.takeLead();
    this.mayBeAll = null; // only what is read as one value can be all of the arguments
    this.lead = lead !== null && lead.text ? lead : null;
    const schema = this.tools.schema(this.tool, tag);
    return new ElementWriter(tag, schema, names, more, lead === null);
  }

  /** It ends, and all that is open in it. */
  endElement(element: ElementWriter): void {
    this.write(element.end());
    this.lead = null;
    if (element.listed && !element.muted) this.listed = element.openKey;
  }

  /** An object or an array begins that the format's rules build. */
  beginContainer(bracket: string, text: Text): void {
    const schema = schemaOfValue(this.parameter, this.tools, this.tool, this.containers);
    const lead = this.takeLead();
    this.mayBeAll = null;
    if (lead !== null) {
      this.isEmpty = false;
      if (lead.endsList) this.listed = null;
    }
    this.containers.open(bracket, lead === null ? null : lead.text, schema, text, this.put);
  }

  /** The innermost one ends; `wrong`: its closer is one of another kind. */
  endContainer({ wrong }: { wrong: boolean }): void {
    this.missValue("");
    if (!this.containers.isEmpty) this.containers.close(this.put, { wrong });
  }

  /** All the arguments begin, as one object; only the first counts, and nothing beside the name. */
  beginObject(): void {
    this.isWrong ||= this.loose.isReleased && !this.isCopied;
    this.loose.drop();
    this.isOpen = true;
    this.isActive = this.isEmpty && !this.isWrong;
    this.isCopied ||= this.isActive;
  }

  /** They have ended; `wrong`: they were no object. */
  endObject({ wrong }: { wrong: boolean }): void {
    this.containers.closeAll(this.put);
    this.isWrong ||= this.isActive && wrong;
    this.isOpen = this.isActive = false;
  }

  /**
   * Write JSON text of all the arguments that a scanner has made, where it counts; the last bracket waits.
   */
  copy(text: string, { isLast }: { isLast: boolean }): void {
    if (!text || !this.isActive || this.isWrong) return;
    this.isEmpty = false;
    this.last = (isLast && ["{}", "}"].find((end) => text.endsWith(end))) || "";
    this.write(removeSuffix(text, this.last));
  }

  /** Write JSON text of one value that a scanner has made of the source, where it counts. */
  copyValue(text: string, source: string, { isLast }: { isLast: boolean }): void {
    if (this.wired !== null) this.write(this.wired.write(source, text), { isLast });
  }

  /**
   * What the scanner of one value skips is text where the value goes out as its source; else it is missed.
   */
  skipInValue(source: string): void {
    const kept = this.wired === null ? "" : this.wired.skip(source);
    this.isWrong ||= this.wired !== null && !kept;
    this.write(kept);
    this.isWrong ||= this.isActive && source !== ";";
  }
}
