/** What a test prints to standard output, instead of printing it. */
export function capturePrinted(): { text: string } {
  const printed = { text: "" };
  beforeEach(() => {
    printed.text = "";
    jest.spyOn(process.stdout, "write").mockImplementation((text) => {
      printed.text += String(text);
      return true;
    });
  });
  afterEach(() => jest.restoreAllMocks());
  return printed;
}
