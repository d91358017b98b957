// modelc: compiles one distilled API model into a header of structs and a source of tables.
#include <cstdio>
#include <fstream>

#include "models/modelc/layout.h"

namespace {

void write_file(const char* path, const std::string& text) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file << text;
  file.close();
  if (!file) fogbank::modelc::fail(std::string("cannot write ") + path);
}

}  // namespace

int main(int count, char** words) {
  if (count != 6) {
    std::fprintf(stderr, "usage: modelc SERVICE MODEL OVERLAY|'' HEADER TABLES\n");
    return 2;
  }
  const fogbank::modelc::Model model = fogbank::modelc::read_model(words[1], words[2], words[3]);
  write_file(words[4], fogbank::modelc::header_text(model));
  write_file(words[5], fogbank::modelc::tables_text(model));
  return 0;
}
