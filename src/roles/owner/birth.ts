/** Text form of a treasury's birth: the extrinsic that created its pure proxy. */
import { Either, Schema } from "effect"
import type { Birth } from "../../contract-client/generated.ts"
import { AccountAddress } from "../../domain/Account.ts"

const whole = (most: number) => Schema.NumberFromString.pipe(Schema.int(), Schema.between(0, most))
const BirthFile = Schema.Struct({
  spawner: AccountAddress,
  block: whole(0xffff_ffff),
  extrinsic: whole(0xffff_ffff),
  proxyType: whole(0xff),
  index: whole(0xffff),
  salt: Schema.String.pipe(Schema.pattern(/^0x[0-9a-f]{64}$/))
})

/** Prints a birth as `SPAWNER:BLOCK:EXTRINSIC:TYPE:INDEX:SALT`. */
export const showBirth = ({ spawner, block, extrinsic, proxyType, index, salt }: Birth): string =>
  [spawner, block, extrinsic, proxyType, index, salt].join(":")

export const parseBirth = (text: string): Either.Either<Birth, string> => {
  const [spawner, block, extrinsic, proxyType, index, salt, ...more] = text.split(":")
  return more.length > 0
    ? Either.left("too many parts")
    : Either.mapLeft(Schema.decodeUnknownEither(BirthFile)({ spawner, block, extrinsic, proxyType, index, salt }), ({ message }) => message)
}
