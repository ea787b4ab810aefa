import { because } from "../../../cli/deploy/preflight";

test.each([
  [
    "ERROR: (gcloud.auth.print-access-token) You do not currently have an active account selected.\nPlease run:\n\n  $ gcloud auth login\n\nto select an already authenticated account to use.",
    "It failed: You do not currently have an active account selected.",
  ],
  ["no answer within 60 s", "It failed: no answer within 60 s"],
  ["Please run:\nto select an already authenticated account to use.", "It failed."],
])("gcloud's reason: %j", (reason, sentence) => expect(because("It failed", reason)).toBe(sentence));
