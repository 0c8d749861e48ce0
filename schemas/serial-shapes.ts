/**
 * Shapes of plate serials found here: United States, Canada and Mexico; `@` a letter, `#` a digit. The recognizer and
 * the matcher (`models/recogniser.json`) have the same, which a test checks.
 */
export const SERIAL_SHAPES: readonly string[] = [
  '### #### ###@ @@## ##### ####@ ###@# ###@@ ##@## ##@@# ##@@@ #@### @@### @@@## ###### #####@ ####@@ ###@##',
  '###@@# ###@@@ ##@### ##@#@@ ##@@## ##@@#@ ##@@@# #@#### #@@### #@@@## #@@@@# @##### @####@ @###@@ @##@##',
  '@##@@# @##@@@ @#@### @#@#@@ @@#### @@###@ @@##@@ @@#@#@ @@@### @@@##@ @@@@## ####### ######@ #####@# #####@@',
  '####@## ####@@@ ##@#### ##@###@ #@##### #@####@ #@##@## #@@#### #@@##@# #@@@### @###### @#####@ @###@@@',
  '@##@@#@ @@##### @@####@ @@#@### @@@#### @@@###@ @@@#@#@ @@@@### #@######',
].flatMap((line) => line.split(' '))

/** Letters that serials use: issuers leave out those that look like digits. */
export const SERIAL_LETTERS = 'ABCDEFGHJKLMNPRSTUVWXYZ'
export const SERIAL_DIGITS = '0123456789'
