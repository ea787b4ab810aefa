/** The items of a list that could be read, with their indexes. */
export function each<T>(list: readonly (T | undefined)[] | undefined): [number, T][] {
  return (list ?? []).flatMap((item, index): [number, T][] => (item === undefined ? [] : [[index, item]]));
}

/** Calls `report` for each item whose value has already appeared, with the place of its first appearance. */
export function eachRepeated<Place, Value extends string | number>(
  items: readonly (readonly [Place, Value])[],
  report: (place: Place, first: Place, value: Value) => void,
): void {
  const firsts = new Map<Value, Place>();
  for (const [place, value] of items) {
    const first = firsts.get(value);
    if (first === undefined) firsts.set(value, place);
    else report(place, first, value);
  }
}
