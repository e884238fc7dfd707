/**
 * What must be right of a word in a closer that a model has misspelt.
 *
 * In: the word. Out: its first half, or nothing where too little would be left to know it by. No character is
 * cut in two.
 */

const STEM_MIN = 3; // characters
const KNOWN_MIN = 4; // characters of a word that can be known by half of it

/** The half of a word, at least `STEM_MIN` characters of it. */
export function stemOfWord(word: string): string {
  const characters = [...word];
  return characters.slice(0, Math.max(STEM_MIN, Math.floor((characters.length + 1) / 2))).join("");
}

/**
 * How the closer of a call may begin that is misspelt; nothing when its word is too short.
 *
 *     stemOfCloser("</", "parameter")    "</param"
 *     stemOfCloser("</", "get")          ""
 */
export function stemOfCloser(head: string, word: string): string {
  return [...word].length >= KNOWN_MIN ? head + stemOfWord(word) : "";
}
