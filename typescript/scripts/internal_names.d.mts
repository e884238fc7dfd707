/** See internal_names.mjs. */
export function internalNames(
  config: string,
  shown: readonly string[],
): { names: string[]; texts: Map<string, string> };
