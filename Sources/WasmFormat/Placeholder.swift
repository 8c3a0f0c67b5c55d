// placeholder until the first file of WasmFormat lands
