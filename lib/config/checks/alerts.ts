import type { Findings } from "../findings";
import type { Configuration } from "../schema";
import type { Readable } from "../shape";
import { shown } from "../values";
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
