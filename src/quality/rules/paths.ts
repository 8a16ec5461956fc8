/** What a file's path and first lines say about who made it. */
import { isGeneratedPath, isInstalled, saysGenerated } from "../../domain/filePaths.ts"
import type { GateFile } from "../../domain/quality/GateFile.ts"

/** Whether nobody wrote it by hand: it lies among installed packages, or both versions say so, so that a new marker hides nothing. */
export const isGenerated = ({ path, base, head }: GateFile): boolean =>
  isInstalled(path) || (base !== null && saysGenerated(base) && (head === null || saysGenerated(head)))

const BYTE_CODE = /\.(?:pyc|pyo)$/i
export const isProgram = ({ path, content }: GateFile): boolean =>
  content === "executable" || (content === "binary" && BYTE_CODE.test(path))

/** Whether its fingerprints say nothing about who solved an issue: both solutions get the same lock file from the same program. */
export const isLeftOutOfDuplicates = (file: GateFile): boolean => isGenerated(file) || isGeneratedPath(file.path)
