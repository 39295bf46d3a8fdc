#include "core/json.hpp"

template class nlohmann::basic_json<>;
template class std::vector<nlohmann::json>;
template class std::map<std::string, nlohmann::json, std::less<>>;
template class nlohmann::detail::serializer<nlohmann::json>;
template class nlohmann::detail::json_sax_dom_parser<nlohmann::json>;
template class nlohmann::detail::json_sax_dom_callback_parser<nlohmann::json>;
template class nlohmann::detail::lexer<nlohmann::json, l2l::json_detail::Input>;
template class nlohmann::detail::parser<nlohmann::json, l2l::json_detail::Input>;
template bool l2l::json_detail::Parser::sax_parse_internal(l2l::json_detail::Builder*);
template bool l2l::json_detail::Parser::sax_parse_internal(l2l::json_detail::FilteringBuilder*);
