import type { Findings } from "../reading/findings";
import type { Configuration } from "../schema/configuration";
import type { Readable } from "../reading/shape";
import { shown } from "../reading/values";
import { each, eachRepeated } from "./each";

/** Whether somebody is told, and nobody twice. */
export function checkAlerts({ alerts }: Readable<Configuration>, findings: Findings): void {
  const path = ["alerts", "emails"];
  if (!alerts?.emails) return;
  if (alerts.emails.length === 0) {
    findings.warning(path, "is empty: nobody is told when no signer can be reached. Put in who can do something then.");
  }
  eachRepeated(each(alerts.emails), (index, first, email) =>
    findings.problem([...path, index], `${shown(email)} is emails[${first}] already. Leave one out.`),
  );
}
