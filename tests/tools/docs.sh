#!/bin/sh
# Writes the reference pages that come from the sources. Usage: docs.sh BUILD [DIRECTORY]
# With a directory other than docs/ it is a check's way to see whether docs/ is current.
set -eu
build=${1:-build}
cd "$(dirname "$0")/../.."
out=${2:-docs}
tool=$build/otaconsole
mkdir -p "$out"

page() { # page FILE TITLE TOPIC, an introduction on standard input
    {
        printf '# %s\n\n' "$2"
        printf '<!-- Made by `make docs` from the sources; edit there. -->\n\n'
        cat
        printf '\n'
        "$tool" help "$3"
    } >"$out/$1"
}

page exit-codes.md "Exit codes" exit-codes <<'X'
What `otaconsole` returns to the shell. Scripts branch on the status; the code, which never
changes its meaning, stands in `--json` events and JUnit reports too.
X
page profile-reference.md "Profile reference" profile <<'X'
A profile is a YAML file of variables and steps. `${name}` is replaced by a variable's value and
`$$` by a `$`. Values come from the first of: `--set`, `--secret-file`, the environment
(`OTACONSOLE_VAR_<NAME>`), the default, the simulated world, a question on the terminal. Values
under `ota.`, `device.` and `loader.` are set while the profile runs (`ota.version`,
`ota.verdict`, `ota.cause`, `device.version`, `device.ip`, and what `capture` stores).

A pattern matches within one line of what the board said since the last command. `otaconsole
explain PROFILE` prints a profile in words, `run --dry-run` checks it against files and board.
X
page board-reference.md "Board reference" board-files <<'X'
A board is `boards/NAME/board.yaml`: the one place where its facts stand. `otaconsole boards NAME`
prints one in full; `--board FILE` takes one of your own.
X
page simulator.md "The simulated board" sim-settings <<'X'
A mk3060 in this process: 2 MiB of NOR flash, the first-stage loaders B0 and B1 with the faults of
the real ones, straps and buttons, an AliOS shell, a wireless network, and a cloud that pushes a
real file which the device code of this project really checks. `otaconsole sim` puts the same
board on a pseudo-terminal for any other program.
X
page ymodem-presets.md "Ymodem presets" ymodem <<'X'
How the receivers and senders out there behave, as data (`ymodem/preset.c`). A board file names
one per loader.
X
page rule-reference.md "Log rule reference" rule-files <<'X'
What log lines mean is data: `profiles/rules/*.yaml`. Rules of your own firmware go into a file
that `--rules FILE` adds. A rule's `fact` is what it tells the story of an update; its meaning is
shown beside the line.
X
page keys.md "Keys of the terminal UI" keys <<'X'
The prefix key is Ctrl-T unless `prefix:` in the settings says otherwise; pressed twice it goes to
the board. A pane's keys work while the log, the workflow or the verdict has the focus. Every
action is also in the palette (prefix `:`) and can be typed as `:name` in the command line; the
names are those that `keys:` in the settings takes.
X
page settings.md "Settings of the terminal UI" settings <<'X'
Your own are in `$XDG_CONFIG_HOME/otaconsole/config.yaml` (usually `~/.config/otaconsole/`), those
of a project in `.otaconsole.yaml`, looked for from the working directory upwards. Where both
speak the project wins; the command line wins over both. `OTACONSOLE_CONFIG` names another file
than your own. What is said to be also in .otaconsole.yaml may stand there; the rest is yours
alone.
X
