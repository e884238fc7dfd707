/**
 * Copies of what the tables hold, to be changed in a part.
 *
 * In: an edge, a state, a whole machine. Out: another one with the same parts.
 */

/** A copy whose parts are those of the value, but for the changes. */
export function copyOf<Copied extends object>(value: Copied, changes: Partial<Copied> = {}): Copied {
  return Object.assign(Object.create(Object.getPrototypeOf(value)) as Copied, value, changes);
}
