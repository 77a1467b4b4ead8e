//! Words that made-up sentences are filled with. All of them were written down for this purpose; no list of persons was used.

/// First names from many languages.
pub const FIRST: &str = "James Mary John Linda Robert Susan Michael Karen David Nancy William Lisa Richard Betty Thomas Helen Charles Sandra \
    Daniel Donna Matthew Carol Anthony Ruth Mark Sharon Paul Laura Steven Emily Andrew Kevin Brian Grace George Amy Edward Rachel Peter \
    Olivia Ryan Emma Jacob Hannah Nicholas Sophie Eric Chloe Stephen Zoe Oliver Alice Harry Lucy Jack Ella Liam Noah Ethan Mason Logan Lucas \
    Arun Priya Ravi Asha Vijay Meena Suresh Kavya Anil Deepa Rajesh Lakshmi Karthik Divya Sanjay Pooja Amit Neha Rahul Anjali Vikram Sunita \
    Mohan Geetha Prakash Swathi Ganesh Revathi Murali Nithya Hans Greta Klaus Heike Jürgen Anke Stefan Ute Matthias Sabine Wolfgang Ingrid \
    Lars Astrid Björn Sigrid Anders Kirsten Henrik Mette Søren Maja Olof Linnea Erik Elin Nils Freja Jean Claire Pierre Camille Luc Élodie \
    François Hélène Antoine Margaux Giulia Marco Francesca Luca Chiara Matteo Paolo Elena Carlos María José Lucía Javier Carmen Miguel Inés \
    Diego Sofía Pablo Rosa João Ana Pedro Beatriz Tiago Mariana Wanda Piotr Agnieszka Tomasz Katarzyna Jan Zofia Krzysztof Eva Jiří Lenka \
    Petra Václav Zdeněk Ivana László Zsófia Gábor Réka István Ágnes Mihai Ioana Andrei Elena Dmitri Olga Ivan Natalia Sergei Svetlana Yuri \
    Tatiana Oksana Taras Mehmet Ayşe Emre Fatma Hüseyin Zeynep Omar Fatima Ahmed Layla Hassan Amina Youssef Khadija Ali Noor Tariq Samira \
    Wei Mei Ling Jun Xin Hao Yan Lei Hiroshi Yuki Kenji Aiko Takeshi Haruka Satoshi Naoko Min-jun Ji-woo Seo-yeon Linh Minh Thao Tuan Kwame \
    Abena Kofi Ama Chidi Ngozi Emeka Adaeze Thabo Naledi Sipho Wanjiku Kamau Aroha Tane Leilani Keoni Aino Juhani Päivi Timo Kalev Liis";

/// Last names from many languages.
pub const LAST: &str = "Smith Johnson Brown Taylor Wilson Davies Evans Walker Wright Thompson White Hughes Green Hall Wood Harris Martin \
    Clarke Jackson Turner Hill Cooper Ward Morris Moore Clark Lee King Baker Harrison Morgan Allen Bennett Foster Reed Murphy Kelly O'Brien \
    O'Connor Ryan Byrne McCarthy Macdonald Campbell Stewart Fraser Sharma Verma Patel Gupta Iyer Nair Reddy Singh Kapoor Mehta Joshi Rao Menon \
    Pillai Banerjee Mukherjee Das Khan Subramanian Raman Krishnan Müller Schmidt Schneider Fischer Weber Wagner Becker Hoffmann Schäfer Koch \
    Richter Klein Wolf Neumann Hansen Olsen Larsen Andersen Nielsen Pedersen Johansson Lindqvist Bergström Sjöberg Nyström Virtanen Korhonen \
    Mäkinen Niemi Tamm Kask Dubois Moreau Laurent Lefèvre Girard Bonnet Fontaine Rousseau Rossi Ferrari Bianchi Romano Ricci Conti Gallo \
    García Fernández González Rodríguez López Martínez Sánchez Pérez Navarro Torres Silva Santos Oliveira Pereira Costa Almeida Carvalho \
    Kowalski Nowak Wiśniewski Wójcik Zieliński Novák Svoboda Dvořák Černý Horváth Tóth Szabó Kovács Nagy Popescu Ionescu Ivanov Petrov \
    Sokolov Volkov Kuznetsov Shevchenko Kovalenko Yılmaz Demir Kaya Çelik Hassan Ibrahim Rahman Haddad Nasser Aziz Chen Wang Zhang Liu Yang \
    Huang Zhao Wu Tanaka Suzuki Sato Yamamoto Nakamura Kobayashi Kim Park Choi Jung Nguyen Tran Pham Mensah Boateng Okafor Adeyemi Okonkwo \
    Dlamini Nkosi Kamau Otieno van-Dijk Jansen Visser Bakker Peeters Papadopoulos Nikolaidis Georgiou Stone Rivers Banks Fields Rose Young";

/// Towns and regions.
pub const PLACES: &str = "London|Paris|Berlin|Madrid|Rome|Vienna|Prague|Lisbon|Dublin|Oslo|Stockholm|Helsinki|Tallinn|Riga|Warsaw|Budapest|\
    Athens|Istanbul|Cairo|Lagos|Nairobi|Cape Town|Mumbai|Delhi|Chennai|Bangalore|Kolkata|Hyderabad|Pune|Singapore|Hong Kong|Tokyo|Osaka|Seoul|\
    Beijing|Shanghai|Sydney|Melbourne|Auckland|New York|Chicago|Boston|Seattle|Denver|Miami|Dallas|Houston|Phoenix|San Diego|San Francisco|\
    Los Angeles|Las Vegas|Portland|Atlanta|Toronto|Montreal|Vancouver|Mexico City|Bogotá|Lima|Santiago|Buenos Aires|São Paulo|Munich|Hamburg|\
    Cologne|Zürich|Geneva|Milan|Naples|Turin|Barcelona|Valencia|Seville|Porto|Lyon|Marseille|Nice|Brussels|Antwerp|Rotterdam|Leeds|Bristol|\
    Glasgow|Cardiff|Malmö|Göteborg|Århus|Tampere|Kraków|Brno|Szeged|Cluj|Plovdiv|Kyiv|Ankara|Dubai|Doha|Manila|Jakarta|Hanoi|Springfield|\
    Riverside|Salem|Fairview|Kirkby|Westbrook|Oakdale|Maplewood|Lindholm|Steinbach|Valdoro|Montclair|Saint-Denis|Villanova|Östhammar|Nové Město";

/// Countries.
pub const COUNTRIES: &str = "Germany|France|Spain|Italy|Portugal|Poland|Sweden|Norway|Denmark|Finland|Estonia|Hungary|Austria|Switzerland|\
    the Netherlands|Belgium|Ireland|the United Kingdom|the United States|Canada|Mexico|Brazil|Argentina|India|China|Japan|Korea|Australia|\
    New Zealand|South Africa|Egypt|Kenya|Nigeria|Turkey|Greece|Cyprus|Croatia|Iceland|Israel|Vietnam|Thailand|Indonesia|Tunisia|Scotland|Wales";

/// Beginnings of made-up companies.
pub const COMPANY_WORDS: &str = "Northwind Bluebird Silverline Greenfield Oakridge Ironbridge Sunrise Westgate Redwood Clearwater Brightside \
    Summit Harbour Pioneer Meridian Vertex Nimbus Quanta Lumina Zenith Arbor Falcon Atlas Delta Orion Pinnacle Evergreen Keystone Crestline \
    Datagrid Medilink Paywise Finovo Shopora Travelux Cloudmere Healthnet Legalmatch Techforge Buildwell Foodlane Autoworks Homebase Inkwell";

/// Ends of companies.
pub const COMPANY_ENDS: &str = "Inc|Ltd|LLC|GmbH|Corp|Corporation|Group|Holdings|Bank|Insurance|Airlines|Technologies|Solutions|Systems|Software|\
    Industries|Partners|& Sons|& Co|University|Institute|Foundation|Hospital|Studios|Media|Foods|Motors|Energy|Orchestra|Consulting";

/// Names of streets without their ends.
pub const STREETS: &str = "Main|Church|High|Park|Station|Mill|Oak|Maple|Cedar|Elm|Pine|Lake|Hill|King|Queen|Victoria|Washington|Lincoln|Jefferson|\
    Mill Lane|Old Town|Market|Bridge|School|Castle|Garden|Rose|Ash|Chestnut|River|Spring|Sunset|Highland|Forest|Green|Anna Nagar|Gandhi|Nehru|\
    Goethe|Schiller|Beethoven|Linden|Bahnhof|Kirch|Victor Hugo|Voltaire|Pasteur|Garibaldi|Mazzini|Cavour|Cervantes|Colón|Sol|Kossuth|Petőfi|\
    Dvořák|Masaryk|Mickiewicz|Storgata|Kungs|Drottning|Aleksanteri|Mannerheim|Oxford|Bond|Baker|Regent|Second|Third|5th|42nd";

/// Ends of streets.
pub const STREET_ENDS: &str = "Street|St|St.|Road|Rd|Avenue|Ave|Ave.|Lane|Ln|Drive|Dr|Boulevard|Blvd|Court|Ct|Place|Square|Terrace|Way|Close|Crescent|\
    Gardens|Grove|Nagar|Colony|Circle|Trail";

/// Words for a street that stand before its name.
pub const STREET_STARTS: &str =
    "Rue|Rue de|Rue du|Avenue|Via|Viale|Calle|Avenida|Rua|ul.|Plaza|Piazza|Chemin|Boulevard|Paseo";

/// Names of streets that are one word with their end.
pub const STREET_WORDS: &str = "Hauptstrasse Bahnhofstrasse Gartenweg Lindenallee Bergstraße Schulgasse Storgatan Kungsgatan Drottninggatan Parkveien \
    Kirkegata Strandvej Nørregade Vestergade Kerkstraat Dorpsstraat Keizersgracht Mannerheimintie Rantakatu Koulukuja Pärnumaantee Narva Andrássy \
    Petőfi Nádorova Husova Masarykova Dlouhá Krakowska Warszawska Tverskaya Sadovaya Atatürk Ringvägen Solbakken Myrvollen Tiergartenring Am-Hof";

/// Things that have names with capitals and are no person, place or company.
pub const THINGS: &str = "iPhone|Android|Windows|Bluetooth|Excel|Outlook|WiFi|PayPal|Visa|Mastercard|Google Pay|Apple Pay|Gold Card|Premium Plan|\
    Basic Plan|Business Class|Economy|Christmas|Easter|Diwali|Monday|Tuesday|Friday|Sunday|January|March|June|August|October|December|English|French|\
    Spanish|German|ATM|PIN|SMS|GPS|VAT|FAQ|TV|USB|Terms of Service|Privacy Policy|Wednesday Night Live|The Long Way Home|Guitar|Chapter Four|Article 12|\
    Title IX|Black Friday|Cheddar|Coca Cola|Big Box|Silver Status|Form 27|Error 404|Plan B|SWIFT|Top Up|Direct Debit";
