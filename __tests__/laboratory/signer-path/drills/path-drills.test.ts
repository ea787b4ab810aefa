import { controlName, pathDrills } from "../../../../laboratory/signer-path/drills/path-drills";

test("every drill has its own name", () => {
  const names = [...pathDrills.map(({ name }) => name), controlName];
  expect(new Set(names).size).toBe(names.length);
  for (const name of ["1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "hang", "500", "409", "close", "unplug"]) {
    expect(names).toContain(name);
  }
});

test("the numbered drills run first, in order", () => {
  const numbers = Array.from({ length: 10 }, (_, index) => String(index + 1));
  expect(pathDrills.slice(0, 10).map(({ name }) => name)).toEqual(numbers);
});
