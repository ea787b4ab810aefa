import { own, shown } from "../../../../lib/config/reading/values";

test("reads fields, but not properties that every object inherits", () => {
  expect(own({ a: 1 }, "a")).toBe(1);
  expect(own({}, "toString")).toBeUndefined();
});

test("shows values as they were written, long ones truncated", () => {
  expect([shown("a"), shown(1), shown(null), shown([1]), shown({ a: 1 })]).toEqual([
    '"a"',
    "1",
    "null",
    "a list",
    "a group of fields",
  ]);
  expect(shown("x".repeat(200))).toBe(`"${"x".repeat(95)}…"`);
});
