/** Whether a file was generated, by its path and first lines. */
import { isGeneratedPath, isInstalled } from "../../domain/filePaths.ts"
import { saysGenerated } from "../../domain/generatedText.ts"
import type { GateFile } from "../../domain/quality/GateFile.ts"

/**
 * Whether the file was not written by hand: it is an installed package's, or both versions have a marker of generated files. A marker that only the head has
 * is ignored.
 */
export const isGenerated = ({ path, base, head }: GateFile): boolean =>
  isInstalled(path) || (base !== null && saysGenerated(base) && (head === null || saysGenerated(head)))

const BYTE_CODE = /\.(?:pyc|pyo)$/i
export const isProgram = ({ path, content }: GateFile): boolean =>
  content === "executable" || (content === "binary" && BYTE_CODE.test(path))

/** Whether a file is left out of fingerprints: two solutions get the same lock file from the same program. */
export const isLeftOutOfDuplicates = (file: GateFile): boolean => isGenerated(file) || isGeneratedPath(file.path)
