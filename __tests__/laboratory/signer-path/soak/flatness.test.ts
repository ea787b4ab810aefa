import { randomNumbers } from "../../../../laboratory/random";
import { flatness, type Sample } from "../../../../laboratory/signer-path/soak/flatness";

describe("flatness", () => {
  const random = randomNumbers(1);
  const series = (value: (minute: number) => number, minutes = 60) => ({
    name: "HAProxy",
    unit: "kB of memory",
    // Faults add some from time to time.
    processes: [
      Array.from({ length: minutes * 6 }, (_, index): Sample => {
        const noise = random() < 0.2 ? 3000 * random() : 40 * random();
        return { at: index * 10, value: value(index / 6) + noise };
      }),
    ],
  });

  test.each<[string, (minute: number) => number, boolean]>([
    ["is constant", () => 20_000, true],
    ["fills its pools at first", (minute) => 20_000 - 8000 * Math.exp(-minute / 3), true],
    ["falls", (minute) => 20_000 - 100 * minute, true],
    ["rises by a third in an hour", (minute) => 20_000 + 110 * minute, false],
    ["rises by half a per cent", (minute) => 20_000 + 2 * minute, true],
    ["rises from a little", (minute) => 100 + minute, false],
  ])("of what %s", (_, value, flat) => {
    expect(flatness(series(value))!.flat).toBe(flat);
  });

  test("of a few descriptors that come and go, and of one more every two minutes", () => {
    const descriptors = (leaks: number) => ({
      name: "sshd",
      unit: "descriptors",
      processes: [
        Array.from({ length: 360 }, (_, index) => ({
          at: index * 10,
          value: 30 + Math.floor(random() * 5) + Math.floor(leaks * index),
        })),
      ],
    });
    expect(flatness(descriptors(0))!.flat).toBe(true);
    expect(flatness(descriptors(1 / 12))!.flat).toBe(false);
  });

  test("of processes that leak and are killed every seven minutes", () => {
    const killed = (leakPerMinute: number) => ({
      ...series(() => 0),
      processes: Array.from({ length: 8 }, (_, process) =>
        series((minute) => 20_000 + leakPerMinute * minute, 7).processes[0]!.map(({ at, value }) => ({
          at: at + process * 420,
          value,
        })),
      ),
    });
    expect(flatness(killed(0))!.flat).toBe(true);
    expect(flatness(killed(100))!.flat).toBe(false);
  });

  test("of a run that is too short is unknown", () => {
    expect(flatness(series(() => 20_000, 5))).toBeUndefined();
  });
});
