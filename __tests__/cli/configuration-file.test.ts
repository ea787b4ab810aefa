import { deploy } from "../../cli/deploy/deploy";
import { destroy } from "../../cli/destroy/destroy";
import { fence } from "../../cli/fence/fence";
import { quotas } from "../../cli/quotas/quotas";

const before = process.env["BAKER_CONFIG"];
beforeAll(() => delete process.env["BAKER_CONFIG"]);
afterAll(() => {
  if (before !== undefined) process.env["BAKER_CONFIG"] = before;
});

test.each([
  ["deploy", () => deploy(undefined, {})],
  ["destroy", () => destroy(undefined, {})],
  ["quotas", () => quotas()],
  ["fence", () => fence(undefined, { offWithin: "60" })],
])("%s never takes the example by itself", async (command, run) => {
  await expect(run()).rejects.toMatchObject({
    message: `Which configuration? npm run ${command} -- config/my-baker.yaml`,
    code: 2,
  });
});
