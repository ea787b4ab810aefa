import { laidOver, own, shown } from "../../../../lib/config/reading/values";

test("lays the input over a preset field by field; a list replaces a list", () => {
  const preset = { a: { b: 1, c: [1, 2] }, d: 1 };
  expect(laidOver(preset, { a: { c: [3] }, e: 2 })).toEqual({ a: { b: 1, c: [3] }, d: 1, e: 2 });
  expect(laidOver(preset, { a: null })).toEqual({ a: null, d: 1 });
  expect(laidOver(preset, undefined)).toBe(preset);
});

test("sees a field named __proto__ as a field", () => {
  const laid = laidOver({ a: 1 }, JSON.parse('{"__proto__": {"polluted": true}}')) as Record<string, unknown>;
  expect(Object.keys(laid)).toEqual(["a", "__proto__"]);
  expect(laid.polluted).toBeUndefined();
  expect(own({}, "toString")).toBeUndefined();
});

test("shows values as they were given, cut where they are long", () => {
  expect([shown("a"), shown(1), shown(null), shown([1]), shown({ a: 1 })]).toEqual([
    '"a"',
    "1",
    "null",
    "a list",
    "a group of fields",
  ]);
  expect(shown("x".repeat(200))).toBe(`"${"x".repeat(95)}…"`);
});
