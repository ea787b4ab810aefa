import { environment, requests } from "../../../lib/tezos/pod";

test("memory is the limit as well, cores are not limited", () => {
  expect(requests({ cpu: 2, memoryGiB: 10 })).toEqual({
    requests: { cpu: "2000m", memory: "10240Mi" },
    limits: { memory: "10240Mi" },
  });
  // Fractions become what Kubernetes takes.
  expect(requests({ cpu: 0.1, memoryGiB: 0.125 }).requests).toEqual({ cpu: "100m", memory: "128Mi" });
});

test("environment keeps names, values and their order: $(NAME) sees only what stands before it", () => {
  expect(environment({ B: "1", A: "" })).toEqual([
    { name: "B", value: "1" },
    { name: "A", value: "" },
  ]);
});
