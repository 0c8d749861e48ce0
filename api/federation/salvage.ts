import { JSONParser } from '@streamparser/json'

/**
 * The whole rows of an answer that broke off, or that was cut because it was too large.
 * @param bytes beginning of `{"reads":[…`
 * @param most rows that are kept
 */
export function salvageRows(bytes: Uint8Array, most: number): unknown[] {
  const rows: unknown[] = []
  const parser = new JSONParser({ paths: ['$.reads.*'], keepStack: false })
  parser.onValue = ({ value }) => {
    rows.push(value)
    if (rows.length >= most) throw ENOUGH
  }
  // Whatever comes after the last whole row is an error by nature, and none of interest.
  parser.onError = () => {}
  try {
    parser.write(bytes)
  } catch {
    return rows
  }
  return rows
}

const ENOUGH = new Error('enough rows')
