/**
 * Section titles of reStructuredText: a line of text, underlined and perhaps overlined.
 *
 * @module
 */

/** What stands at a line: a title over some lines, and what is wrong with it. */
export interface Section {
  /** How many lines belong to it; 0 where there is no title. */
  readonly length: number;
  readonly message?: string;
}

const shortest = 4;
const nothing: Section = { length: 0 };

/** Reads the titles of a text in their order. */
export function createSections(lines: readonly string[]): { at(index: number): Section } {
  const styles: string[] = [];
  let level = 0;

  function withLevel(style: string, length: number): Section {
    const known = styles.indexOf(style);
    if (known >= 0) {
      level = known + 1;
      return { length };
    }
    if (styles.length !== level) {
      return {
        length,
        message: 'has a title of a level that does not follow from the titles before',
      };
    }
    styles.push(style);
    level += 1;
    return { length };
  }

  function overlined(index: number): Section {
    const over = lines[index] ?? '';
    const title = lines[index + 1] ?? '';
    const under = lines[index + 2] ?? '';
    if (title === '') return { length: over.length >= shortest ? 1 : 0 };
    if (over.length < shortest) return nothing;
    if (!isAdornment(under))
      return { length: 2, message: 'has a title with a line above and none below' };
    if (under !== over) return { length: 3, message: 'has a title with two different lines' };
    if (widthOf(title) > over.length)
      return { length: 3, message: 'has a title longer than its line' };
    return withLevel(`${over[0]}${over[0]}`, 3);
  }

  function underlined(index: number): Section {
    const title = lines[index] ?? '';
    const under = lines[index + 1] ?? '';
    if (title === '' || /^\s/.test(title) || !isAdornment(under)) return nothing;
    if (widthOf(title) <= under.length) return withLevel(String(under[0]), 2);
    if (under.length < shortest) return nothing;
    return { length: 2, message: 'has a title longer than its line' };
  }

  return {
    at(index) {
      if ((lines[index - 1] ?? '') !== '' && !isAdornment(lines[index - 1] ?? '')) return nothing;
      return isAdornment(lines[index] ?? '') ? overlined(index) : underlined(index);
    },
  };
}

function isAdornment(line: string): boolean {
  return /^([!-/:-@[-`{-~])\1*$/.test(line);
}

/** Signs of East Asia and most pictures take two columns. */
function widthOf(text: string): number {
  const signs = Array.from(text.normalize('NFC')).filter(
    (sign) => !/\p{Mn}|\p{Me}|\p{Cf}/u.test(sign),
  );
  const wide =
    /[\u1100-\u115F\u2E80-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6]|\p{Emoji_Presentation}/u;
  return signs.reduce((width, sign) => width + (wide.test(sign) ? 2 : 1), 0);
}
