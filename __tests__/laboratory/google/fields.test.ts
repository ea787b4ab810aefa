import { etag, inAnotherOrder, masked, numberFor, withDefaults, withoutZeros } from "../../../laboratory/google/fields";

describe("an update with a field mask", () => {
  const stored = { labels: { a: "1" }, title: "old", config: { x: 1, y: 2 } };

  test("replaces what is in the mask, and leaves the rest", () => {
    expect(masked(stored, { labels: { b: "2" }, title: "new" }, "labels")).toEqual({ ...stored, labels: { b: "2" } });
  });

  test("clears what is in the mask but was not sent", () => {
    expect(masked(stored, { title: "new" }, "labels,title")).toEqual({ title: "new", config: { x: 1, y: 2 } });
  });

  test("takes paths in snake_case, and paths into objects", () => {
    expect(masked({ userLabels: {} }, { userLabels: { a: "1" } }, "user_labels")).toEqual({ userLabels: { a: "1" } });
    expect(masked(stored, { config: { x: 3, y: 4 } }, "config.x")).toEqual({ ...stored, config: { x: 3, y: 2 } });
    expect(masked({}, { config: { x: 3 } }, "config.x")).toEqual({ config: { x: 3 } });
  });

  test("takes every field that was sent where there is no mask", () => {
    expect(masked(stored, { title: "new" }, "")).toEqual({ ...stored, title: "new" });
  });
});

test("defaults are below what was sent, at every depth; lists are taken as a whole", () => {
  expect(withDefaults({ a: { b: 1, c: 2 }, l: [1, 2] }, { a: { b: 3 }, l: [4], d: 5 })).toEqual({
    a: { b: 3, c: 2 },
    l: [4],
    d: 5,
  });
});

test("JSON of protocol buffers has no zeros, but keeps empty objects, and zeros of optional fields", () => {
  const fields = { a: false, b: 0, c: "", d: {}, e: [], f: { g: false, kept: false } };
  expect(withoutZeros(fields, new Set(["kept"]))).toEqual({ d: {}, e: [], f: { kept: false } });
});

test("another order is never the order that was sent", () => {
  expect(inAnotherOrder(["b", "a", "c"])).toEqual(["a", "b", "c"]);
  expect(inAnotherOrder(["a", "b", "c"])).toEqual(["c", "b", "a"]);
});

test("etags change with the content, numbers depend on the text alone", () => {
  expect(etag({ a: 1 })).not.toBe(etag({ a: 2 }));
  expect(numberFor("text", 12)).toMatch(/^[1-9]\d{11}$/);
  expect(numberFor("text", 12)).toBe(numberFor("text", 12));
});
