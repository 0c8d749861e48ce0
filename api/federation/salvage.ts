import { JSONParser } from '@streamparser/json'

/**
 * The complete rows of an answer that broke off, or was cut because it was too large.
 * @param bytes beginning of `{"reads":[…`
 * @param most maximum number of rows to keep
 */
export function salvageRows(bytes: Uint8Array, most: number): unknown[] {
  const rows: unknown[] = []
  const parser = new JSONParser({ paths: ['$.reads.*'], keepStack: false })
  parser.onValue = ({ value }) => {
    rows.push(value)
    if (rows.length >= most) throw ENOUGH
  }
  // After the last complete row an error is certain, and can be ignored.
  parser.onError = () => {}
  try {
    parser.write(bytes)
  } catch {
    return rows
  }
  return rows
}

const ENOUGH = new Error('enough rows')
