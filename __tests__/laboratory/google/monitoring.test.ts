import { eachGoogle } from "../../support/google";

const policies = "/monitoring/v3/projects/p/alertPolicies";
const channels = "/monitoring/v3/projects/p/notificationChannels";

const test_ = eachGoogle();
const google = () => test_.google;

test("nothing is ever there already: the same one is created twice", async () => {
  const [first, second] = [
    await google().post(channels, { type: "email" }),
    await google().post(channels, { type: "email" }),
  ];
  expect(first["name"]).toMatch(/^projects\/p\/notificationChannels\/\d{19}$/);
  expect(second["name"]).not.toBe(first["name"]);
  expect(await google().get(channels)).toMatchObject({ totalSize: 2 });
});

test("a policy comes back with names of its conditions, and is changed by a field mask", async () => {
  const { name, conditions } = await google().post(policies, { displayName: "d", conditions: [{ displayName: "c" }] });
  expect(conditions).toEqual([{ displayName: "c", name: expect.stringContaining(`${name}/conditions/`) }]);
  await google().patch(`/monitoring/v3/${name}?updateMask=user_labels`, {
    userLabels: { a: "1" },
    displayName: "other",
  });
  expect(await google().get(`/monitoring/v3/${name}`)).toMatchObject({ displayName: "d", userLabels: { a: "1" } });
  await google().delete(`/monitoring/v3/${name}`);
  expect(await google().get(`/monitoring/v3/${name}`)).toMatchObject({ httpStatus: 404 });
});

test("a channel that a policy uses is deleted only by force, which takes it out of the policy", async () => {
  const { name: channel } = await google().post(channels, { type: "email" });
  const { name: policy } = await google().post(policies, { displayName: "d", notificationChannels: [channel] });
  expect(await google().delete(`/monitoring/v3/${channel}`)).toMatchObject({ httpStatus: 400 });
  expect(await google().delete(`/monitoring/v3/${channel}?force=true`)).toMatchObject({ httpStatus: 200 });
  expect(await google().get(`/monitoring/v3/${policy}`)).toMatchObject({ notificationChannels: [] });
});
