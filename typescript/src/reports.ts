/**
 * What a model tried: every call of an answer, and everything that looked like one, with its place and what was
 * wrong.
 *
 * In: a format and a text, or a stream. Out: a `Report`: the message, the attempts, and which characters are
 * content and reasoning.
 *
 *     const { attempts } = report(format, text, { tools });
 *     for (const { status, argumentSpans } of attempts) ...
 *
 * Promises: a report does not depend on how the text was cut; its message is the one that `parse` of the
 * package gives; who asks for no report loads none of this.
 */

import type { Format, ParseOptions, ParserOptions } from "./index.js";
import type { Message } from "./message.js";
import type { Report } from "./reports/attempt.js";
import { makeReporter, reportOf } from "./reports/make.js";
import type { Reporter } from "./reports/reporter.js";

/** What the words in `repairs` say, and those of a trace. */
export { REASONS } from "./core/reason_texts.js";
export { isAttempt, plainAttempt, plainReport, STATUSES } from "./reports/attempt.js";
export type { Attempt, PlainAttempt, PlainReport, Report, Span, Status } from "./reports/attempt.js";
export type { Part, Reporter } from "./reports/reporter.js";
export { offsetsOf, tokensOf } from "./reports/tokens.js";

/** How a whole text is reported. */
export interface ReportOptions extends ParseOptions {
  /** Calls of which anything was repaired are attempts, and no calls of the message. */
  readonly strict?: boolean;
}

/** Begin to read one message, and report the attempts in it. Throws what `createParser` throws. */
export function createReporter(format: Format, options: Omit<ParserOptions, "trace"> = {}): Reporter {
  return makeReporter(format, options);
}

/** Parse a whole text, and say what was tried in it. Throws what `createParser` throws. */
export function report(format: Format, text: string, options: ReportOptions = {}): Report {
  return reportOf(makeReporter(format, options), text, options);
}

/** `parse` of the package, and `strict`: calls are taken only as their format wants them. */
export function parse(format: Format, text: string, options: ReportOptions = {}): Message {
  return report(format, text, options).message;
}
