/** How an index ends badly, beside what the chain and the database say themselves. */
import { Schema } from "effect"

/** What the database holds is of another chain, contract or subnet. */
export class OtherOrigin extends Schema.TaggedError<OtherOrigin>()("OtherOrigin", {
  where: Schema.String,
  what: Schema.String,
  stored: Schema.String,
  found: Schema.String
}) {
  override get message() {
    return `the database ${this.where} holds the index of ${this.what} ${this.stored}, and this is ${this.found}: give another database, or begin anew with --from-genesis`
  }
}

/** A block that is stored is not the chain's: it was reorganised below finality, or another chain answers. */
export class Reorganised extends Schema.TaggedError<Reorganised>()("Reorganised", {
  endpoint: Schema.String,
  block: Schema.Int,
  stored: Schema.String,
  found: Schema.String
}) {
  override get message() {
    return `block ${this.block} is stored as ${this.stored}, and the chain at ${this.endpoint} has ${this.found} there: is it another chain? If the chain was made anew or taken back, begin anew with --from-genesis; nothing was changed`
  }
}

/** Nobody can say in which block the contract was created. */
export class CreationForgotten extends Schema.TaggedError<CreationForgotten>()("CreationForgotten", {
  endpoint: Schema.String,
  contract: Schema.String,
  block: Schema.Int
}) {
  override get message() {
    return `the contract ${this.contract} was there already in block ${this.block}, and ${this.endpoint} has forgotten what was before: an index begins with the contract's creation, so give --endpoint the address of an archive node`
  }
}

/** The block that was asked for is not one to begin with. */
export class InvalidFirstBlock extends Schema.TaggedError<InvalidFirstBlock>()("InvalidFirstBlock", {
  block: Schema.Int,
  reason: Schema.String
}) {
  override get message() {
    return `--from-block ${this.block} is no block to begin with: ${this.reason}`
  }
}

/** Another process indexes into this database. */
export class AlreadyIndexing extends Schema.TaggedError<AlreadyIndexing>()("AlreadyIndexing", { where: Schema.String }) {
  override get message() {
    return `another process indexes into ${this.where}: this one has nothing to do`
  }
}
