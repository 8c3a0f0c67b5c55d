// What the scripts for Node have in common: a usage message, one line for an error, and the exit code (2: called wrongly; 1: failed).
//
// `main` gets the arguments and returns the exit code, or a promise of it.
const path = require("node:path");

module.exports = (usage, least, main) => {
  const [words, script] = [process.argv.slice(2), path.basename(process.argv[1], ".js")];
  const isAsked = words[0] === "--help" || words[0] === "-h";
  if (isAsked || words.length < least) {
    (isAsked ? console.log : console.error)(`usage: node scripts/${script}.js ${usage}`);
    process.exitCode = isAsked ? 0 : 2;
    return;
  }
  const fail = (error) => {
    const isFile = typeof error?.path === "string" && error.code;
    console.error(`${script}: ${isFile ? `cannot read ${error.path}: ${error.code}` : error?.message ?? error}`);
    process.exitCode = 1;
  };
  Promise.resolve(words).then(main).then((code) => (process.exitCode = code), fail);
};
