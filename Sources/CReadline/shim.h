// readline as the command line uses it. readline's headers use FILE without including it; and its settings are mutable C globals, which
// Swift may not touch, so the few that are needed are set here.
#pragma once
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <readline/readline.h>
#include <readline/history.h>

/// Settings for Scheme. Signals are left to the caller. `complete` gets a word and returns null or a malloc'ed, null-ended array of malloc'ed
/// strings: the longest common prefix, then the candidates. `breaks` returns the characters that words end at where they are not the usual ones.
static inline void latch_readline_prepare(char **(*complete)(const char *word, int start, int end), char *(*breaks)(void)) {
  rl_readline_name = "latch";
  rl_catch_signals = 0;
  rl_catch_sigwinch = 1;
  rl_basic_word_break_characters = " \t\n()[]{}\"';`,@#";
  rl_completer_quote_characters = "";
  rl_completion_append_character = '\0';
  rl_attempted_completion_function = complete;
  rl_completion_word_break_hook = breaks;
  rl_variable_bind("enable-bracketed-paste", "on");
  rl_variable_bind("blink-matching-paren", "on");
  using_history();
}

/// Keeps readline from completing file names when there are no candidates.
static inline void latch_readline_no_file_names(void) { rl_attempted_completion_over = 1; }

/// The files that a word may name.
static inline char **latch_readline_file_names(const char *word) {
  rl_filename_completion_desired = 1;
  rl_filename_quoting_desired = 0;
  rl_attempted_completion_over = 1;
  return rl_completion_matches(word, rl_filename_completion_function);
}

/// What the name of a file starts after: a quote in a string, where it may have blanks, or the blank after a command.
static inline char *latch_readline_file_breaks(int isInString) {
  static char quote[] = "\"", blank[] = " ";
  return isInString ? quote : blank;
}

/// Puts the terminal back as it was before the line was begun, and takes it again with the line as it stands.
static inline void latch_readline_leave_terminal(void) { rl_cleanup_after_signal(); }
static inline void latch_readline_take_terminal(void) {
  rl_reset_after_signal();
  rl_forced_update_display();
}

/// After Ctrl-D: whether the cursor still stands after the prompt. readline 8.2 goes to the next line where it leaves the mode of bracketed paste, and after
/// the next lines too unless it is told that the end was not meant.
static inline int latch_readline_stands_after_prompt(void) {
#if RL_READLINE_VERSION >= 0x0802
  if (rl_eof_found) {
    rl_eof_found = 0;
    const char *paste = rl_variable_value("enable-bracketed-paste");
    return !paste || strcmp(paste, "on") != 0;
  }
#endif
  return 1;
}

/// Leaves a line that is being edited, after an interrupt.
static inline void latch_readline_abandon(void) {
  rl_free_line_state();
  rl_callback_sigcleanup();
  rl_callback_handler_remove();
}

/// The line that is edited, and where in it the cursor is, in bytes.
static inline const char *latch_readline_line(void) { return rl_line_buffer ? rl_line_buffer : ""; }
static inline int latch_readline_cursor(void) { return rl_point; }

/// The newest entry of the history, or null.
static inline const char *latch_history_newest(void) {
  HIST_ENTRY *entry = history_length > 0 ? history_get(history_base + history_length - 1) : NULL;
  return entry ? entry->line : NULL;
}
