import type { Fields } from "./fields";

/**
 * An answer of Google's API that is not 200. `reason` is that of the older error list, which Compute Engine and GKE
 * send; the other services send the status alone. https://cloud.google.com/apis/design/errors
 */
export class GoogleError extends Error {
  constructor(
    readonly code: number,
    readonly status: string,
    message: string,
    readonly reason?: string,
    readonly details?: readonly Fields[],
  ) {
    super(message);
  }

  get answer(): Fields {
    const { code, status, message, reason, details } = this;
    const errors = reason && [{ message, domain: "global", reason }];
    return { error: { code, message, ...(errors && { errors }), status, ...(details && { details }) } };
  }
}

export const notFound = (message: string) => new GoogleError(404, "NOT_FOUND", message, "notFound");

export const alreadyExists = (message: string) => new GoogleError(409, "ALREADY_EXISTS", message, "alreadyExists");

export const badRequest = (message: string, reason = "badRequest") =>
  new GoogleError(400, reason === "failedPrecondition" ? "FAILED_PRECONDITION" : "INVALID_ARGUMENT", message, reason);

/** The fingerprint or etag that was sent is not that of the object as it is now. */
export const conditionNotMet = () =>
  new GoogleError(
    412,
    "FAILED_PRECONDITION",
    "Supplied fingerprint does not match current metadata fingerprint.",
    "conditionNotMet",
  );

export const concurrentPolicyChange = () =>
  new GoogleError(
    409,
    "ABORTED",
    "There were concurrent policy changes. Please retry the whole read-modify-write with exponential backoff. The request's ETag did not match the current policy's ETag.",
  );

/** An API that the project has not enabled, or only just. The example of https://cloud.google.com/apis/design/errors */
export function serviceDisabled(service: string, title: string, projectNumber: string): GoogleError {
  const url = `https://console.developers.google.com/apis/api/${service}/overview?project=${projectNumber}`;
  return new GoogleError(
    403,
    "PERMISSION_DENIED",
    `${title} has not been used in project ${projectNumber} before or it is disabled. Enable it by visiting ${url} then retry. If you enabled this API recently, wait a few minutes for the action to propagate to our systems and retry.`,
    "accessNotConfigured",
    [
      {
        "@type": "type.googleapis.com/google.rpc.ErrorInfo",
        reason: "SERVICE_DISABLED",
        domain: "googleapis.com",
        metadata: { service, consumer: `projects/${projectNumber}` },
      },
    ],
  );
}
