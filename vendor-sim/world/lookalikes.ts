/** Characters that recognizers mistake for one another: what each is read as, when it is misread. */
export const LOOKALIKES: Readonly<Record<string, string>> = {
  ...{ '0': 'D8', '1': 'T7', '2': 'Z7', '3': '8B', '4': 'A', '5': 'S6', '6': 'G8', '7': 'T1', '8': 'B3' },
  ...{ '9': 'P8', A: '4R', B: '8R', C: 'G', D: '0', E: 'F', F: 'E', G: '6C', H: 'N', I: '1', J: '1', K: 'X' },
  ...{
    L: 'C',
    M: 'N',
    N: 'H',
    O: '0',
    P: 'R',
    Q: '0',
    R: 'B',
    S: '5',
    T: '7',
    U: 'V',
    V: 'Y',
    W: 'V',
    X: 'K',
  },
  ...{ Y: 'V', Z: '2' },
}
