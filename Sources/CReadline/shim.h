// readline as the command line uses it. readline's headers use FILE without including it; and its settings are mutable C globals, which
// Swift may not touch, so the few that are needed are set here.
#pragma once
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <readline/readline.h>
#include <readline/history.h>

/// Settings for Scheme. Signals are left to the caller. `complete` gets a word and returns null or a malloc'ed, null-ended array of malloc'ed
/// strings: the longest common prefix, then the candidates.
static inline void latch_readline_prepare(char **(*complete)(const char *word, int start, int end)) {
  rl_readline_name = "latch";
  rl_catch_signals = 0;
  rl_catch_sigwinch = 1;
  rl_basic_word_break_characters = " \t\n()[]{}\"';`,@#";
  rl_completer_quote_characters = "";
  rl_completion_append_character = '\0';
  rl_attempted_completion_function = complete;
  rl_variable_bind("enable-bracketed-paste", "off");
  rl_variable_bind("blink-matching-paren", "on");
  using_history();
}

/// Keeps readline from completing file names when there are no candidates.
static inline void latch_readline_no_file_names(void) { rl_attempted_completion_over = 1; }

/// Leaves a line that is being edited, after an interrupt.
static inline void latch_readline_abandon(void) {
  rl_free_line_state();
  rl_callback_sigcleanup();
  rl_callback_handler_remove();
}

/// The newest entry of the history, or null.
static inline const char *latch_history_newest(void) {
  HIST_ENTRY *entry = history_length > 0 ? history_get(history_base + history_length - 1) : NULL;
  return entry ? entry->line : NULL;
}
