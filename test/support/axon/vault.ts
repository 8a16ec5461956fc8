/** Ansible Vault 1.1, implemented from its specification: each part is hex-encoded, then the whole is hex-encoded again. */
import { createCipheriv, createHmac, pbkdf2Sync } from "node:crypto"

/** The text of a vault for this password. `salt` has 32 bytes. */
export const vaultOf = (plain: string, password: string, salt: Uint8Array): string => {
  const derived = pbkdf2Sync(password, salt, 10_000, 80, "sha256")
  const padding = 16 - (Buffer.byteLength(plain) % 16)
  const cipher = createCipheriv("aes-256-ctr", derived.subarray(0, 32), derived.subarray(64))
  const ciphertext = Buffer.concat([cipher.update(Buffer.concat([Buffer.from(plain), Buffer.alloc(padding, padding)])), cipher.final()])
  const hmac = createHmac("sha256", derived.subarray(32, 64)).update(ciphertext).digest()
  const body = Buffer.from([salt, hmac, ciphertext].map((part) => Buffer.from(part).toString("hex")).join("\n")).toString("hex")
  return `$ANSIBLE_VAULT;1.1;AES256\n${(body.match(/.{1,80}/g) ?? []).join("\n")}\n`
}
