import { xsalsa20poly1305 } from "@noble/ciphers/salsa.js"

export const NACL_PASSWORD = "test-password"
/** argon2i of the password with Bittensor's salt and cost parameters. */
export const NACL_KEY = Buffer.from("babccc53480829b32386ecedddb021187c343c4608bbb53123bc13a96fe5988d", "hex")

/** A `$NACL` file encrypted with the password. */
export const nacl = (plain: string): Uint8Array => {
  const nonce = Buffer.alloc(24, 7)
  return Buffer.concat([Buffer.from("$NACL"), nonce, xsalsa20poly1305(NACL_KEY, nonce).encrypt(Buffer.from(plain))])
}
