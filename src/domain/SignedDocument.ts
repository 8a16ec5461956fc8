/**
 * A JSON document with its author's signature: `{"body":…,"signature":"0x…"}` in canonical form (RFC 8785).
 *
 * The signature is over a short statement, lines joined by "\n", that identifies the document and ends with the hash of its canonical body. Two
 * statements by one key that differ in nothing but the hash prove, without the documents, that the key signed two versions.
 */
import { createHash } from "node:crypto"
import { ParseResult, Schema } from "effect"
import type { AccountAddress } from "./Account.ts"
import { canonicalHash, canonicalJson } from "./canonicalJson.ts"
import type { KeyPair } from "./KeyPair.ts"
import { Signature, verifyText } from "./Signature.ts"

export interface SignedDocument<Body> {
  readonly body: Body
  readonly signature: Signature
}

/** The statement that a document's author signs. */
export interface Statement {
  readonly signer: AccountAddress
  /** The first line names the kind of document, so that no other signed text can be taken for it. */
  readonly lines: ReadonlyArray<string>
}

const statementText = ({ lines }: Statement, hash: string): string => [...lines, `sha256 ${hash}`].join("\n")

/** Whether the statement's signer signed it with this hash. */
export const isSignedBy = (
  statement: Statement,
  { sha256, signature }: { readonly sha256: string; readonly signature: Signature }
): boolean => verifyText(statementText(statement, sha256), signature, statement.signer)

const ENDS_WITH_SIGNATURE = /,"signature":"(0x[0-9a-f]{128})"\}$/
const DOCUMENT_START = '{"body":'
/** Length of the text from the comma before `signature` to the end. */
const END_LENGTH = ',"signature":"0x"}'.length + 128

/**
 * Splits a document in canonical form without parsing it, so that a stranger's bytes cost one hash until their signature is known. Undefined: it is
 * not such a document. The body may be malformed: decode it only if it is signed or expected by hash.
 */
export const envelopeOf = (text: string) => {
  const whole = text.endsWith("\n") ? text.slice(0, -1) : text
  const [, signature] = ENDS_WITH_SIGNATURE.exec(whole.slice(-END_LENGTH)) ?? []
  if (signature === undefined || !whole.startsWith(DOCUMENT_START)) return undefined
  const body = whole.slice(DOCUMENT_START.length, -END_LENGTH)
  return { body, sha256: createHash("sha256").update(body).digest("hex"), signature: Signature.make(signature) }
}

/** Signs and reads one kind of document. `maxLength`: the most characters of its text; longer ones are refused unread. */
export const signedDocument = <Body, Encoded>(
  body: Schema.Schema<Body, Encoded>,
  statementOf: (body: Body) => Statement,
  maxLength = Number.MAX_SAFE_INTEGER
) => {
  const encodeBody = Schema.encodeSync(body)
  const Document = Schema.Struct({ body, signature: Signature })

  /** The document with the key's signature. A key other than the one that the document names is a defect of the caller. */
  const sign = (document: Body, key: KeyPair): SignedDocument<Body> => {
    const statement = statementOf(document)
    if (statement.signer !== key.address) throw new TypeError(`a document of ${statement.signer} cannot be signed by ${key.address}`)
    return { body: document, signature: key.signText(statementText(statement, canonicalHash(encodeBody(document)))) }
  }

  /** The canonical text. Decoding refuses a wrong signature and any other form of the document. */
  const Text = Schema.transformOrFail(Schema.String.pipe(Schema.maxLength(maxLength)), Schema.typeSchema(Document), {
    strict: true,
    decode: (text, _options, ast) =>
      ParseResult.flatMap(ParseResult.decodeUnknown(Schema.parseJson(Document))(text), (document) => {
        const statement = statementOf(document.body)
        const encoded = encodeBody(document.body)
        const fail = (why: string) => ParseResult.fail(new ParseResult.Type(ast, text, why))
        if (canonicalJson({ body: encoded, signature: document.signature }) !== text) return fail("it is not in canonical form")
        if (!verifyText(statementText(statement, canonicalHash(encoded)), document.signature, statement.signer))
          return fail(`its signature is not by ${statement.signer}`)
        return ParseResult.succeed(document)
      }),
    encode: ({ body: document, signature }) => ParseResult.succeed(canonicalJson({ body: encodeBody(document), signature }))
  })
  return { sign, Text }
}
