// Opens every workbook of a folder with SheetJS and saves it again in one format.
// node sheetjs.cjs FOLDER_OF_THE_PACKAGE IN OUT FORMAT DATES   (DATES: "dates" or "numbers")
const fs = require("fs");
const path = require("path");
const [, , home, source, target, format, dates] = process.argv;
const XLSX = require(require.resolve("xlsx", { paths: [home] }));
const options = { cellDates: dates === "dates", cellStyles: true, cellNF: true };
for (const name of fs.readdirSync(source).sort()) {
  const book = XLSX.readFile(path.join(source, name), options);
  const saved = path.join(target, path.parse(name).name + "." + format);
  const bookType = format === "xls" ? "biff8" : format;
  XLSX.writeFile(book, saved, { bookType, cellDates: options.cellDates, cellStyles: true });
}
