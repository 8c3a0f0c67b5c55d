// placeholder until the first file of MachineCode lands
