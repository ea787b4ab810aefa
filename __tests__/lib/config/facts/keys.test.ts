import { keyHash } from "../../../../lib/config/facts/keys";

const publicKey = "edpkuVXoMUi7rgsYat2KQQwLjGWjQo6jFxVR7wAED1dKWGbs4Vhrnn";

test("the hash that is given is taken; otherwise it is made from the public key", () => {
  expect(keyHash({ publicKeyHash: "tz1gg5bjopPcr9agjamyu9BbXKLibNc2rbAq" })).toBe(
    "tz1gg5bjopPcr9agjamyu9BbXKLibNc2rbAq",
  );
  expect(keyHash({ publicKey })).toBe("tz1ZXzBpb3tjoXW4K5BGnihR3WhvgZBxgEym");
  expect(() => keyHash({})).toThrow("neither publicKey nor publicKeyHash");
});
