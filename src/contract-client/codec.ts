/**
 * Encodes and decodes the contract's messages, answers and events by its metadata. Pure: the metadata reader, polkadot.js' `Abi`, is passed in;
 * artifact.ts imports it when needed.
 */
import type { Abi } from "@polkadot/api-contract"
import type { Codec } from "@polkadot/types-codec/types"
import { Either, Option, ParseResult, Schema } from "effect"
import type { Hex } from "../domain/hex.ts"
import {
  type ConstructorArguments,
  ContractError,
  ContractEvent,
  constructorMessage,
  EDITION,
  eventTopics,
  type MessageArguments,
  type MessageName,
  type MessageReturn,
  messages
} from "./generated.ts"
import { fromPlain, toPlain } from "./plain.ts"
import { errorSentences } from "./refusals.ts"

/** The contract refused a message; its state has not changed. */
export class ContractRefusal extends Schema.TaggedError<ContractRefusal>()("ContractRefusal", {
  /** The refused message by its name in the metadata. */
  contractMessage: Schema.String,
  error: ContractError
}) {
  override get message() {
    const { _tag, ...details } = this.error
    const facts = Object.entries(details).map(([name, value]) => `${name} ${describe(value)}`)
    return `the contract refused ${this.contractMessage}: ${errorSentences.get(_tag)} (${[_tag, ...facts].join(", ")})`
  }
}

const describe = (value: unknown): string =>
  typeof value === "object" && value !== null && "_tag" in value ? String(value._tag) : String(value)

/** Bytes that do not match the contract's metadata: a different contract, or a different edition of it. */
export class UnreadableContractData extends Schema.TaggedError<UnreadableContractData>()("UnreadableContractData", {
  what: Schema.String,
  reason: Schema.String
}) {
  override get message() {
    return `${this.what} is not what edition ${EDITION} of the contract gives: ${this.reason}. Is the contract's address right? If it is of another edition, install the gittensor version made for that`
  }
}

export interface ContractCodec {
  readonly encodeConstructor: (args: ConstructorArguments) => Hex
  /** Whether the constructor succeeded. */
  readonly decodeCreation: (answer: Uint8Array) => Either.Either<null, ContractRefusal | UnreadableContractData>
  readonly encodeMessage: <Name extends MessageName>(name: Name, args: MessageArguments<Name>) => Hex
  /** The constructor or message that call data invokes; none if the selector is unknown. */
  readonly decodeCall: (
    kind: "constructor" | "message",
    data: Uint8Array
  ) => Either.Either<Option.Option<DecodedCall>, UnreadableContractData>
  readonly decodeAnswer: <Name extends MessageName>(
    name: Name,
    answer: Uint8Array
  ) => Either.Either<MessageReturn<Name>, ContractRefusal | UnreadableContractData>
  /** The event of a `Contracts.ContractEmitted` record, from its data and topics; none if it is not an event of this contract. */
  readonly decodeEvent: (
    data: Uint8Array,
    topics: ReadonlyArray<string>
  ) => Either.Either<Option.Option<ContractEvent>, UnreadableContractData>
}

export interface DecodedCall {
  /** The name in the metadata: "register_issue". */
  readonly label: string
  /** Plain values by argument name, as in `messages`. */
  readonly arguments: Readonly<Record<string, unknown>>
}

const SELECTOR_BYTES = 4

/** `messages` with a type that links a generic name to its answer, which the inferred type loses. */
const answering: {
  readonly [Name in MessageName]: {
    readonly label: string
    readonly refuses: boolean
    readonly returns: Schema.Schema<MessageReturn<Name>, (typeof messages)[Name]["returns"]["Encoded"]>
  }
} = messages

interface AbiMessage {
  readonly returnType?: { readonly lookupName?: string | undefined; readonly type: string } | null
}

/** A SCALE `Result` as a plain value. */
const Result = Schema.Struct({ _tag: Schema.Literal("Ok", "Err"), value: Schema.Unknown })

const unreadable = (what: string) => (reason: unknown) =>
  new UnreadableContractData({
    what,
    reason: ParseResult.isParseError(reason) ? ParseResult.TreeFormatter.formatErrorSync(reason) : String(reason)
  })

export const makeContractCodec = (abi: Abi): ContractCodec => {
  /** The call data without the length prefix that polkadot.js adds. */
  const data = (encoded: Uint8Array): Hex => abi.registry.createType("Bytes", encoded).toHex()

  /** polkadot.js reads missing bytes as zeros and ignores surplus bytes, so check for both here. */
  const readWhole = <A extends Codec>(bytes: Uint8Array, values: ReadonlyArray<A>): ReadonlyArray<A> => {
    const length = values.reduce((sum, value) => sum + value.encodedLength, 0)
    if (length !== bytes.length) throw new RangeError(`${bytes.length} bytes instead of ${length}`)
    return values
  }

  const plainAnswer = (what: string, { returnType }: AbiMessage, answer: Uint8Array): Either.Either<unknown, UnreadableContractData> =>
    Either.try({
      try: () =>
        readWhole(answer, [abi.registry.createTypeUnsafe(returnType?.lookupName || returnType?.type || "Null", [answer])]).map(toPlain)[0],
      catch: unreadable(what)
    })

  /** A message that can refuse answers `Result<Result<T, Error>, LangError>`, any other `Result<T, LangError>`. */
  const decodeResult = <A, I>(
    { label, returns, refuses }: { readonly label: string; readonly returns: Schema.Schema<A, I>; readonly refuses: boolean },
    message: AbiMessage,
    answer: Uint8Array
  ): Either.Either<A, ContractRefusal | UnreadableContractData> =>
    Either.gen(function* () {
      const what = `the answer to ${label}`
      const parse = <B, J>(schema: Schema.Schema<B, J>, value: unknown) =>
        Either.mapLeft(Schema.decodeUnknownEither(schema)(value), unreadable(what))
      const outer = yield* parse(Result, yield* plainAnswer(what, message, answer))
      if (outer._tag === "Err") return yield* Either.left(unreadable(what)("it does not know the message"))
      if (!refuses) return yield* parse(returns, outer.value)
      const inner = yield* parse(Result, outer.value)
      if (inner._tag === "Ok") return yield* parse(returns, inner.value)
      return yield* Either.left(new ContractRefusal({ contractMessage: label, error: yield* parse(ContractError, inner.value) }))
    })

  /** An event's fields as far as its bytes reach: an earlier edition's event may lack the last ones, and a later edition's additional ones are ignored. */
  const fieldsOf = (args: Abi["events"][number]["args"], bytes: Uint8Array): Readonly<Record<string, unknown>> => {
    const fields: Record<string, unknown> = {}
    let at = 0
    for (const { name, type } of args) {
      if (at === bytes.length) break
      const value = abi.registry.createTypeUnsafe(type.lookupName || type.type, [bytes.subarray(at)])
      at += value.encodedLength
      if (at > bytes.length) throw new RangeError(`${bytes.length} bytes instead of at least ${at}`)
      fields[name] = toPlain(value)
    }
    return fields
  }

  return {
    encodeConstructor: (args) => data(abi.findConstructor(constructorMessage.label).toU8a([fromPlain(args.config)])),
    decodeCreation: (answer) => decodeResult(constructorMessage, abi.findConstructor(constructorMessage.label), answer),
    encodeMessage: (name, args) => {
      const message = abi.findMessage(messages[name].label)
      const values: Readonly<Record<string, unknown>> = args
      return data(message.toU8a(message.args.map((argument) => fromPlain(values[argument.name]))))
    },
    decodeCall: (kind, bytes) => {
      const [selector, rest] = [bytes.subarray(0, SELECTOR_BYTES), bytes.subarray(SELECTOR_BYTES)]
      const message = (kind === "message" ? abi.messages : abi.constructors).find(
        (one) => Buffer.compare(one.selector.toU8a(), selector) === 0
      )
      if (message === undefined) return Either.right(Option.none())
      return Either.try({
        try: () => {
          const values = readWhole(rest, message.fromU8a(rest).args).map(toPlain)
          const named = Object.fromEntries(message.args.map(({ name }, index) => [name, values[index]]))
          return Option.some({ label: message.identifier, arguments: named })
        },
        catch: unreadable(`the call of ${message.identifier}`)
      })
    },
    decodeAnswer: <Name extends MessageName>(name: Name, answer: Uint8Array) => {
      const message = answering[name]
      return decodeResult(message, abi.findMessage(message.label), answer)
    },
    decodeEvent: (bytes, [signature]) => {
      const tag = signature === undefined ? undefined : eventTopics[signature]
      const event = abi.events.find(({ signatureTopic }) => signatureTopic === signature)
      if (tag === undefined || event === undefined) return Either.right(Option.none())
      return Either.try({
        try: () => ({ _tag: tag, ...fieldsOf(event.args, bytes) }),
        catch: unreadable(`the event ${tag}`)
      }).pipe(
        Either.flatMap((plain) => Either.mapLeft(Schema.decodeUnknownEither(ContractEvent)(plain), unreadable(`the event ${tag}`))),
        Either.map(Option.some)
      )
    }
  }
}
