/**
 * Shapes of the serials of plates that are met here: United States, Canada and Mexico; `@` a letter, `#` a digit. What the
 * recognizer and the matcher know (`models/recogniser.json`) has the same, which a test sees to.
 */
export const SERIAL_SHAPES: readonly string[] = [
  '### #### ###@ @@## ##### ####@ ###@# ###@@ ##@## ##@@# ##@@@ #@### @@### @@@## ###### #####@ ####@@ ###@##',
  '###@@# ###@@@ ##@### ##@#@@ ##@@## ##@@#@ ##@@@# #@#### #@@### #@@@## #@@@@# @##### @####@ @###@@ @##@##',
  '@##@@# @##@@@ @#@### @#@#@@ @@#### @@###@ @@##@@ @@#@#@ @@@### @@@##@ @@@@## ####### ######@ #####@# #####@@',
  '####@## ####@@@ ##@#### ##@###@ #@##### #@####@ #@##@## #@@#### #@@##@# #@@@### @###### @#####@ @###@@@',
  '@##@@#@ @@##### @@####@ @@#@### @@@#### @@@###@ @@@#@#@ @@@@### #@######',
].flatMap((line) => line.split(' '))

/** Letters that serials have: issuers leave out those that look like digits. */
export const SERIAL_LETTERS = 'ABCDEFGHJKLMNPRSTUVWXYZ'
export const SERIAL_DIGITS = '0123456789'
