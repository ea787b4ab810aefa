import { pricesAsOf } from "../../../lib/estimate/prices";

test("the price list is less than a year old", () => {
  const days = (Date.now() - Date.parse(pricesAsOf)) / 86_400_000;
  if (days > 365) {
    throw new Error(
      `The prices in lib/estimate/prices.ts are of ${pricesAsOf}, more than a year old. Read each of them again on the ` +
        "pages that are listed there, correct it, and set pricesAsOf to today.",
    );
  }
});
