/** Errors of reading a block. */
import { OperationFailed } from "../../../domain/failures.ts"

/** The endpoint has pruned this block. */
export const blockForgotten = (endpoint: string, block: number) =>
  new OperationFailed({
    message: `${endpoint} has pruned block ${block}: use an archive node as --endpoint; the index continues where it stopped`
  })

/** This program cannot decode the block. */
export const unreadableBlock = (block: number, reason: string) =>
  new OperationFailed({
    message: `block ${block} cannot be decoded: ${reason}. Is the endpoint a Subtensor node, and is this the latest version of gittensor?`
  })
