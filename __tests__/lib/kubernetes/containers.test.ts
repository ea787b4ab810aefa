import { containerResources, environment, hookCommand } from "../../../lib/kubernetes/containers";

test("memory is reserved and limited, CPU only reserved", () => {
  expect(containerResources({ cpu: 2, memoryGiB: 10 })).toEqual({
    requests: { cpu: "2000m", memory: "10240Mi" },
    limits: { memory: "10240Mi" },
  });
  // Fractions are written in units that Kubernetes accepts.
  expect(containerResources({ cpu: 0.1, memoryGiB: 0.125 }).requests).toEqual({ cpu: "100m", memory: "128Mi" });
  expect(containerResources({ cpu: 0.1, memoryGiB: 0.125 }, 1).limits).toEqual({ memory: "1024Mi" });
});

test("environment keeps names, values and their order: $(NAME) only sees the variables before it", () => {
  expect(environment({ B: "1", A: "" })).toEqual([
    { name: "B", value: "1" },
    { name: "A", value: "" },
  ]);
});

test("a hook's script gets its variables from the command", () => {
  expect(hookCommand("/scripts/stop.sh", { PORT: 8732, HOSTS: "a b" })).toEqual([
    ...["env", "PORT=8732", "HOSTS=a b"],
    ...["sh", "/scripts/stop.sh"],
  ]);
});
