/** Errors that end an index, apart from those of chain and database. */
import { Schema } from "effect"

/** The database holds the index of another chain, contract or subnet. */
export class OtherOrigin extends Schema.TaggedError<OtherOrigin>()("OtherOrigin", {
  where: Schema.String,
  what: Schema.String,
  stored: Schema.String,
  found: Schema.String
}) {
  override get message() {
    return `the database ${this.where} holds the index of ${this.what} ${this.stored}, not of ${this.found}: use another database, or rebuild with --from-genesis`
  }
}

/** A stored block differs from the chain's: a finalised block was reorganised, or the endpoint serves another chain. */
export class Reorganised extends Schema.TaggedError<Reorganised>()("Reorganised", {
  endpoint: Schema.String,
  block: Schema.Int,
  stored: Schema.String,
  found: Schema.String
}) {
  override get message() {
    return `block ${this.block} is stored as ${this.stored}, but ${this.endpoint} has ${this.found}: is it another chain? If the chain was reset, rebuild with --from-genesis. Nothing was changed`
  }
}

/** The endpoint has pruned the block in which the contract was created. */
export class CreationForgotten extends Schema.TaggedError<CreationForgotten>()("CreationForgotten", {
  endpoint: Schema.String,
  contract: Schema.String,
  block: Schema.Int
}) {
  override get message() {
    return `the contract ${this.contract} already existed in block ${this.block}, and ${this.endpoint} has pruned earlier state: an index begins with the contract's creation, so use an archive node as --endpoint`
  }
}

/** The requested first block cannot be the first. */
export class InvalidFirstBlock extends Schema.TaggedError<InvalidFirstBlock>()("InvalidFirstBlock", {
  block: Schema.Int,
  reason: Schema.String
}) {
  override get message() {
    return `--from-block ${this.block} cannot be the first block: ${this.reason}`
  }
}

/** Another process is indexing into this database. */
export class AlreadyIndexing extends Schema.TaggedError<AlreadyIndexing>()("AlreadyIndexing", { where: Schema.String }) {
  override get message() {
    return `another process is indexing into ${this.where}: nothing to do here`
  }
}
