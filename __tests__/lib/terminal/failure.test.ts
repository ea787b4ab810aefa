import { exitCode, Failure } from "../../../lib/terminal/failure";

test("a Failure exits with 1 and has no details by default", () => {
  const { message, details, code } = new Failure("the file is missing");
  expect({ message, details, code }).toEqual({ message: "the file is missing", details: "", code: exitCode.failure });
});
