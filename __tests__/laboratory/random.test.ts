import { randomNumbers, shuffled } from "../../laboratory/random";

const numbers = (seed: number) => Array.from({ length: 1000 }, randomNumbers(seed));

test("the same seed gives the same numbers, distributed over 0 to 1", () => {
  expect(numbers(1)).toEqual(numbers(1));
  expect(numbers(1)).not.toEqual(numbers(2));
  const tenths = new Set(numbers(3).map((number) => Math.floor(number * 10)));
  expect([...tenths].sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
});

test("shuffling keeps all items", () => {
  const items = [1, 2, 3, 4, 5, 6, 7, 8];
  expect(shuffled(items, randomNumbers(1))).not.toEqual(items);
  expect(shuffled(items, randomNumbers(1)).sort()).toEqual(items);
});
