import type { Findings } from "../reading/findings";
import type { Configuration } from "../schema/configuration";
import type { Readable } from "../reading/shape";
import { shown } from "../reading/values";
import { each, eachRepeated } from "./each";

/** Whether anyone gets the alerts, and nobody gets them twice. */
export function checkAlerts({ alerts }: Readable<Configuration>, findings: Findings): void {
  const path = ["alerts", "emails"];
  if (!alerts?.emails) return;
  if (alerts.emails.length === 0) {
    findings.warning(path, "is empty, so nobody is notified when no signer can be reached. Add whoever can act on it.");
  }
  eachRepeated(each(alerts.emails), (index, first, email) =>
    findings.problem([...path, index], `${shown(email)} is already emails[${first}]. Remove one.`),
  );
}
