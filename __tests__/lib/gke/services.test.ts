import { exampleConfiguration } from "../../../laboratory/examples";
import { resources } from "../../support/stacks";
import { synthesise } from "../../../laboratory/synthesis";

const all = resources(synthesise(exampleConfiguration()).platform);
const services = Object.entries(all).filter(([address]) => address.startsWith("google_project_service."));

test("stay enabled when this deployment is destroyed: something else may use them", () => {
  expect(services.length).toBeGreaterThan(0);
  for (const [, { disable_on_destroy }] of services) expect(disable_on_destroy).toBe(false);
});

test("are enabled first: every resource depends on them, directly or indirectly", () => {
  const isService = (address: string) => address.startsWith("google_project_service.");
  const waits = (address: string): boolean => {
    const { depends_on = [], ...body } = all[address]!;
    const references = [...JSON.stringify(body).matchAll(/\$\{(google_\w+\.[\w-]+)\./g)].map((match) => match[1]!);
    const on: string[] = [...depends_on, ...references];
    return services.every(([service]) => on.includes(service)) || on.some((other) => !isService(other) && waits(other));
  };
  expect(
    Object.keys(all).filter((address) => address.startsWith("google_") && !isService(address) && !waits(address)),
  ).toEqual([]);
});
