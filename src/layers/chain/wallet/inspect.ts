/** Inspects a key's two files without a password. */
import { Effect, Option } from "effect"
import { type AccountAddress, AccountAddress as Address, decodeAddress, fromPublicKey } from "../../../domain/Account.ts"
import type { Role } from "./create.ts"
import { type KeyfileMissing, KeyfileUnreadable } from "./errors.ts"
import { exposureOf, readKeyfile } from "./files.ts"
import * as Keyfile from "./keyfile.ts"

export const addressIn = (file: Keyfile.KeyfileJson): Option.Option<AccountAddress> =>
  Option.fromNullable(file.ss58Address).pipe(
    Option.filter((text) => Option.isSome(decodeAddress(text))),
    Option.map((text) => Address.make(text)),
    Option.orElse(() => Option.map(Option.fromNullable(file.publicKey ?? file.accountId), (text) => fromPublicKey(Keyfile.fromHex(text))))
  )

/** A file's encryption, mode, and the account it names, which an encrypted file does not show. */
const contentOf = (path: string) =>
  Effect.gen(function* () {
    const { bytes, ...ownership } = yield* readKeyfile(path)
    const encryption = Keyfile.encryptionOf(bytes) ?? null
    const file =
      encryption === null
        ? Option.some(yield* Effect.mapError(Keyfile.parse(bytes), ({ reason }) => new KeyfileUnreadable({ path, reason })))
        : Option.none()
    return { encryption, mode: ownership.mode & 0o777, exposure: exposureOf(path, ownership), address: Option.flatMap(file, addressIn) }
  })

const orProblem = <A, R>(found: Effect.Effect<A, KeyfileMissing | KeyfileUnreadable, R>) =>
  Effect.match(found, {
    onFailure: (error) => ({ value: undefined, problems: error._tag === "KeyfileMissing" ? [] : [error.message] }),
    onSuccess: (value) => ({ value, problems: [] as ReadonlyArray<string> })
  })

export const inspect = Effect.fn("Wallet.inspect")(function* (role: Role, path: string) {
  const secret = yield* orProblem(contentOf(path))
  const open = yield* orProblem(contentOf(`${path}pub.txt`))
  const addresses = [secret.value?.address, open.value?.address].flatMap((address) =>
    address === undefined ? [] : Option.toArray(address)
  )
  const [address = null] = addresses
  return {
    role,
    address,
    file: secret.value === undefined ? null : path,
    encryption: secret.value?.encryption ?? null,
    mode: secret.value?.mode.toString(8) ?? null,
    problems: [
      ...secret.problems,
      ...open.problems,
      ...(secret.value?.exposure === undefined ? [] : [secret.value.exposure]),
      ...(new Set(addresses).size > 1 ? ["its two files name different accounts"] : [])
    ]
  }
})
